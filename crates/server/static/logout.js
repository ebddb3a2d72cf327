/* The logout page: waits until every frame has loaded or the time is over, tells the
   server which have, and goes on. The page works without it, by a link. */
(() => {
  "use strict";
  const { report, redirect, seconds } = document.currentScript.dataset;
  const loaded = new Set();
  let over = false;

  const frames = () => [...document.querySelectorAll("iframe[data-notice]")];

  const finish = () => {
    if (over) return;
    over = true;
    if (report) {
      const told = [...loaded].join(" ");
      navigator.sendBeacon(report, new URLSearchParams({ told }));
    }
    if (redirect) window.location.replace(redirect);
  };

  const look = () => {
    // A page without frames is there to be read: it stays until the time is over.
    const all = frames();
    const there = all.length > 0 && all.every((frame) => loaded.has(frame.dataset.notice));
    if (document.readyState !== "loading" && there) finish();
  };

  // A frame's events do not bubble, but they can be caught on their way down.
  document.addEventListener("load", (event) => {
    const notice = event.target.dataset && event.target.dataset.notice;
    if (notice) {
      loaded.add(notice);
      look();
    }
  }, true);
  document.addEventListener("DOMContentLoaded", look);
  window.setTimeout(finish, 1000 * Number(seconds));
})();
