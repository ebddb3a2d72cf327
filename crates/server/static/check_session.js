/* The frame that a client's page asks whether the login in this browser is still the
   one it knows (Session Management 1.0, section 3.1). Asked "client_id session_state",
   it answers "unchanged", "changed" or "error", to the asking origin only. */
(() => {
  "use strict";
  const { cookie } = document.currentScript.dataset;

  const browserState = () => {
    const mark = `${cookie}=`;
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(mark));
    return found ? found.slice(mark.length) : "";
  };

  const digest = async (text) => {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    const letters = String.fromCharCode(...new Uint8Array(hash));
    return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  const answer = async (question, origin) => {
    const parts = typeof question === "string" ? question.split(" ") : [];
    const [client, state] = parts;
    const dot = parts.length === 2 ? state.indexOf(".") : -1;
    if (!client || dot < 1 || origin === "null") return "error";
    const hash = state.slice(0, dot);
    const salt = state.slice(dot + 1);
    const now = await digest(`${client} ${origin} ${browserState()} ${salt}`);
    return now === hash ? "unchanged" : "changed";
  };

  window.addEventListener("message", async (event) => {
    const told = await answer(event.data, event.origin);
    // An origin that is opaque cannot be answered to it alone.
    if (event.source && event.origin !== "null") event.source.postMessage(told, event.origin);
  });
})();
