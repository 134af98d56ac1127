// All that the page knows, kept up to date by the live stream; parts of the page listen to it.

export const state = {
  run: "",
  event: null,
  botName: "",
  botUsername: "",
  people: new Map(), // id -> person with `state`, `received`, `last`
  chats: new Map(), // id -> what an open phone shows
  clock: { now: 0, speed: 0, target: null },
  bot: { up: true, starts: 0 },
  faults: { network_down: false, too_many: false },
  marks: [],
  calls: [],
  connected: false,
};

const listeners = new Map();
let seen = {};
let menuSettles = 0;

/** Calls `fn(detail)` whenever `topic` changes; returns how to stop that. */
export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
  return () => listeners.get(topic).delete(fn);
}

export function emit(topic, detail) {
  for (const fn of [...(listeners.get(topic) ?? [])]) fn(detail);
}

/** How many messages of the bot the person has not looked at. */
export function unread(id) {
  return Math.max(0, (state.people.get(id)?.received ?? 0) - (seen[id] ?? 0));
}

/** The person's phone is being looked at. */
export function markSeen(id) {
  const received = state.people.get(id)?.received ?? 0;
  if (seen[id] === received) return;
  seen[id] = received;
  sessionStorage.setItem(`seen:${state.run}`, JSON.stringify(seen));
  emit("person", id);
}

const handlers = {
  hello(event) {
    const again = state.run === event.run;
    if (state.run && !again) {
      location.reload();
      return;
    }
    state.run = event.run;
    seen = JSON.parse(sessionStorage.getItem(`seen:${event.run}`) ?? "{}");
    state.event = event.event;
    state.botName = event.bot_name;
    state.botUsername = event.bot_username;
    state.people = new Map(event.people.map((person) => [person.id, person]));
    state.clock = event.clock;
    state.bot = event.bot;
    state.faults = event.faults;
    state.marks = event.marks;
    state.calls = event.calls;
    emit("hello");
    for (const topic of ["clock", "bot", "faults", "marks", "calls"]) emit(topic);
    for (const id of state.chats.keys()) void loadChat(id);
  },
  message(event) {
    const person = state.people.get(event.chat_id);
    if (!person) return;
    person.last = event.message;
    person.received = event.received;
    person.state = event.state;
    withChat(event.chat_id, (chat) => {
      chat.messages.set(event.message.message_id, event.message);
      if (event.silent) chat.silent.add(event.message.message_id);
      if (event.message.from.is_bot) chat.typing = 0;
      emit("chat", { id: event.chat_id, what: "message", message: event.message });
    });
    emit("person", event.chat_id);
  },
  edited(event) {
    const person = state.people.get(event.chat_id);
    if (person?.last?.message_id === event.message.message_id) {
      person.last = event.message;
      emit("person", event.chat_id);
    }
    withChat(event.chat_id, (chat) => {
      chat.messages.set(event.message.message_id, event.message);
      emit("chat", { id: event.chat_id, what: "edited", message: event.message });
    });
  },
  deleted(event) {
    withChat(event.chat_id, (chat) => {
      for (const gone of event.message_ids) chat.messages.delete(gone);
      emit("chat", { id: event.chat_id, what: "deleted", gone: event.message_ids });
    });
  },
  reaction(event) {
    withChat(event.chat_id, (chat) => {
      chat.reactions.set(event.message_id, event.reaction.map((one) => one.emoji ?? ""));
      const message = chat.messages.get(event.message_id);
      if (message) emit("chat", { id: event.chat_id, what: "edited", message });
    });
  },
  keyboard(event) {
    withChat(event.chat_id, (chat) => {
      chat.keyboard = event.keyboard;
      emit("chat", { id: event.chat_id, what: "keyboard" });
    });
  },
  callback_answer(event) {
    emit("chat", { id: event.chat_id, what: "answer", answer: event });
  },
  action(event) {
    withChat(event.chat_id, () => emit("chat", { id: event.chat_id, what: "typing" }));
  },
  pinned(event) {
    withChat(event.chat_id, (chat) => {
      chat.pinned = event.message_ids;
      emit("chat", { id: event.chat_id, what: "pinned" });
    });
  },
  menu() {
    clearTimeout(menuSettles); // menus are set one after the other, for each role and language
    menuSettles = setTimeout(() => {
      for (const id of state.chats.keys()) void loadChat(id);
    }, 150);
  },
  phone(event) {
    const person = state.people.get(event.id);
    if (!person) return;
    Object.assign(person, { state: event.state, received: event.received, last: event.last });
    emit("person", event.id);
  },
  clock({ type, ...clock }) {
    state.clock = clock;
    emit("clock");
  },
  bot({ type, ...bot }) {
    state.bot = bot;
    emit("bot");
  },
  faults({ type, ...faults }) {
    state.faults = faults;
    emit("faults");
  },
  marks(event) {
    state.marks = event.marks;
    emit("marks");
  },
  call({ type, ...call }) {
    state.calls.push(call);
    if (state.calls.length > 60) state.calls.shift();
    emit("calls");
  },
};

/** What an open phone must be told waits until its screen has been loaded. */
function withChat(id, change) {
  const chat = state.chats.get(id);
  if (!chat) return;
  if (chat.waiting) chat.waiting.push(change);
  else change(chat);
}

/** Fetches a person's screen; tells of it as `chat` with `what: "all"`. */
export async function loadChat(id) {
  const chat = state.chats.get(id) ?? { messages: new Map(), reactions: new Map(), silent: new Set() };
  if (chat.waiting) return;
  chat.waiting = [];
  state.chats.set(id, chat);
  try {
    const found = await (await fetch(`/people/${id}`)).json();
    chat.messages = new Map(found.messages.map((message) => [message.message_id, message]));
    chat.silent = new Set(found.silent);
    chat.pinned = found.pinned;
    chat.keyboard = found.keyboard;
    chat.commands = found.commands;
    chat.about = found.about;
    chat.reactions = new Map();
    for (const { message_id: key, emoji } of found.reactions) {
      chat.reactions.set(key, [...(chat.reactions.get(key) ?? []), emoji]);
    }
    chat.loaded = true;
  } finally {
    const waiting = chat.waiting;
    chat.waiting = null;
    emit("chat", { id, what: "all" });
    for (const change of waiting) change(chat);
  }
}

/** Listens to the server until the page is closed; comes back by itself. */
export function connect() {
  const stream = new EventSource("/live");
  stream.addEventListener("open", () => {
    state.connected = true;
    emit("connection");
  });
  stream.addEventListener("error", () => {
    state.connected = false;
    emit("connection");
  });
  stream.addEventListener("message", (event) => {
    const value = JSON.parse(event.data);
    handlers[value.type]?.(value);
  });
}

/** Does something on the server; gives `{error}` where it was refused. */
export async function post(path, body = {}) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    return answer.ok ? told : { error: String(answer.status) };
  } catch {
    return { error: "offline" };
  }
}

/** A person does something with their phone. */
export const act = (id, action, body) => post(`/people/${id}/${action}`, body);

/** A person sends a file as `photo`, `document` or `voice`; tells whether that worked. */
export async function upload(id, kind, file, caption = "") {
  const query = new URLSearchParams({ kind, name: file.name, mime: file.type, caption });
  const answer = await fetch(`/people/${id}/upload?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  });
  return answer.ok && !(await answer.json()).error;
}
