// Keeps a waiting page up to date without reloading it. Without this file the
// page reloads itself instead.
"use strict";

(() => {
  let live = document.querySelector("[data-live]");
  // As it came from the server: folds opened since then are no difference.
  let received = live.cloneNode(true);
  const announcer = document.querySelector("[data-announcer]");
  if (!live || !live.dataset.refreshSeconds) return;

  const openFolds = (root) => [...root.querySelectorAll("details")].map((fold) => fold.open);

  function show(next) {
    if (next.isEqualNode(received)) return;
    const wasOpen = openFolds(live);
    const focused = live.contains(document.activeElement) ? document.activeElement : null;
    // Somebody is on a link or a fold: take nothing away until the state changes.
    if (focused && next.dataset.refreshSeconds) return;
    received = next.cloneNode(true);
    if (next.dataset.refreshSeconds) {
      next.querySelectorAll("details").forEach((fold, i) => { fold.open = wasOpen[i] ?? fold.open; });
    }
    live.replaceWith(next);
    live = next;
    if (focused) {
      const heading = live.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus();
    }
  }

  async function look() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.querySelector("[data-live]");
        const words = page.querySelector("[data-announcer]");
        if (next) {
          show(document.importNode(next, true));
          document.title = page.title;
          if (words && announcer.textContent !== words.textContent) {
            announcer.textContent = words.textContent;
          }
          if (!next.dataset.refreshSeconds) return;
        }
      }
    } catch {
      // The server is away for a moment: the next look will tell.
    }
    wait();
  }

  function wait() {
    setTimeout(look, Number(live.dataset.refreshSeconds || 2) * 1000);
  }

  wait();
})();
