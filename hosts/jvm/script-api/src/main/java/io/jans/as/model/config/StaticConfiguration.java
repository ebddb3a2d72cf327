package io.jans.as.model.config;

/** Scripts import it; there is nothing to be had from it here. */
public final class StaticConfiguration {
    private StaticConfiguration() {
    }
}
