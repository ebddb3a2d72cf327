package io.jans.service.custom.script;

/** Scripts name it to get the script log's logger; nothing else of it is offered. */
public final class CustomScriptManager {
    private CustomScriptManager() {
    }
}
