// The phone: a clock, and cards that follow the feed. All text goes in as
// text, never as markup.
"use strict";

(() => {
  const phone = document.querySelector("[data-phone]");
  if (!phone) return;
  const cards = phone.querySelector("[data-cards]");
  const empty = phone.querySelector("[data-empty]");
  const announcer = document.querySelector("[data-announcer]");
  const trouble = document.querySelector("[data-trouble]");
  const POLL_MS = 2000;
  const WORDS = { waiting: "Tap to answer", approved: "Approved", denied: "Denied", expired: "Expired" };

  function tick() {
    const now = new Date();
    const time = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    phone.querySelector("[data-clock]").textContent = time;
    phone.querySelector("[data-clock-small]").textContent = time;
    phone.querySelector("[data-date]").textContent =
      now.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
    setTimeout(tick, 60000 - (now.getTime() % 60000) + 50);
  }

  function part(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function newCard(notification) {
    const card = document.createElement("li");
    card.dataset.id = notification.id;
    const link = part("a");
    const avatar = part("span", "avatar avatar-small", notification.initials);
    avatar.setAttribute("aria-hidden", "true");
    const text = part("span", "phone-card-text");
    const title = part("span", "phone-card-title");
    title.append(part("bdi", "", notification.client_name));
    text.append(title, part("span", "", "Is it you who is signing in?"));
    if (notification.binding_message) {
      const words = part("span", "phone-card-words", notification.binding_message);
      words.dir = "auto";
      text.append(words);
    }
    text.append(part("span", "phone-card-state"));
    link.append(avatar, text);
    card.append(link);
    return card;
  }

  function approvalAddress(notification) {
    const address = new URL(notification.approval_url, location.href);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  }

  function refresh(card, notification) {
    const state = WORDS[notification.state] ? notification.state : "expired";
    const link = card.firstElementChild;
    const address = state === "waiting" ? approvalAddress(notification) : null;
    card.className = `phone-card phone-card-${state}`;
    card.querySelector(".phone-card-state").textContent = WORDS[state];
    if (address) link.href = address;
    else link.removeAttribute("href");
  }

  function show(feed) {
    const known = new Map([...cards.children].map((card) => [card.dataset.id, card]));
    let previous = null;
    for (const notification of feed.notifications) {
      let card = known.get(notification.id);
      known.delete(notification.id);
      const isNew = !card;
      if (isNew) card = newCard(notification);
      refresh(card, notification);
      if (isNew) {
        card.classList.add("phone-card-new");
        if (previous) previous.after(card);
        else cards.prepend(card);
        if (notification.state === "waiting") {
          announcer.textContent = `New notification: ${notification.client_name} asks whether you are signing in.`;
        }
      }
      previous = card;
    }
    known.forEach((card) => card.remove());
    empty.hidden = cards.children.length > 0;
    trouble.hidden = true;
  }

  async function poll() {
    try {
      const answer = await fetch(phone.dataset.feed, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
    } catch {
      trouble.hidden = false;
    }
    setTimeout(poll, POLL_MS);
  }

  function listen() {
    const stream = new EventSource(phone.dataset.stream);
    stream.onmessage = (event) => show(JSON.parse(event.data));
    stream.onopen = () => { trouble.hidden = true; };
    stream.onerror = () => {
      trouble.hidden = false;
      // The browser reconnects by itself unless the answer was final.
      if (stream.readyState === EventSource.CLOSED) poll();
    };
  }

  tick();
  if (phone.dataset.stream && "EventSource" in window) listen();
  else poll();
})();
