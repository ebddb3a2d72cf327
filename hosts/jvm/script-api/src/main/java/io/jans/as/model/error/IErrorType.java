package io.jans.as.model.error;

/** An error code of some endpoint. */
public interface IErrorType {
    /** The code as it stands in an answer. */
    String getParameter();
}
