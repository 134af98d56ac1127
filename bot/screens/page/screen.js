// Asks for the state every two seconds and shows it. All words come from the server, as text.

const EVERY_MS = 2000;
const LONGEST_MS = 8000;
const WORDS = ["event", "title", "when", "status", "scan", "type", "validity", "count", "asked"];
const address = `${location.pathname}/keadaan${location.search}`;
const at = (id) => document.getElementById(id);
let shown = null;
let failures = 0;

function picture(svg) {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  drawn.setAttribute("aria-hidden", "true");
  at("qr").replaceChildren(document.importNode(drawn, true));
}

// Written anew only where something changed, so that nothing flickers or is read out again.
function list(questions) {
  const drawn = questions.map((question) => {
    const line = document.createElement("li");
    line.classList.toggle("answered", question.answered);
    line.classList.toggle("answering", question.answering);
    for (const [name, words] of [["text", question.text], ["by", question.by], ["votes", question.votes]]) {
      const part = document.createElement("p");
      part.className = name;
      part.textContent = words;
      line.append(part);
    }
    return line;
  });
  at("list").replaceChildren(...drawn);
  at("questions").hidden = drawn.length === 0;
  document.body.classList.toggle("asking", drawn.length > 0);
}

// Bars grow in place: the lines stay as long as the options do.
function bars(poll) {
  at("poll").hidden = !poll;
  document.body.classList.toggle("polling", Boolean(poll));
  if (!poll) return;
  at("polled").textContent = poll.question;
  at("answered").textContent = poll.status;
  const options = poll.options.map((option) => option.text).join("\n");
  if (at("bars").dataset.options !== options) {
    at("bars").dataset.options = options;
    at("bars").replaceChildren(...poll.options.map((option) => {
      const line = document.createElement("li");
      for (const name of ["text", "shown", "bar"]) {
        const part = line.appendChild(document.createElement("p"));
        part.className = name;
        if (name === "text") part.textContent = option.text;
      }
      return line;
    }));
  }
  poll.options.forEach((option, number) => {
    const line = at("bars").children[number];
    line.querySelector(".shown").textContent = option.shown;
    line.querySelector(".bar").style.setProperty("--share", `${option.share}%`);
  });
}

// Many long options are written smaller, so that all of them are on the wall.
function fit() {
  const poll = at("poll");
  for (let scale = 1; scale > 0.3; scale -= 0.05) {
    poll.style.setProperty("--scale", scale);
    if (poll.scrollHeight <= poll.clientHeight) return;
  }
}
addEventListener("resize", fit);

function show(state) {
  document.documentElement.lang = state.language;
  for (const name of WORDS) {
    if (at(name).textContent !== state.words[name]) at(name).textContent = state.words[name];
  }
  document.title = state.words.title;
  at("qr").setAttribute("aria-label", state.words.scan);
  at("codes").hidden = !state.code;
  at("code").textContent = state.code ?? "";
  if (state.qr && state.qr !== shown?.qr) picture(state.qr);
  if (JSON.stringify(state.questions) !== JSON.stringify(shown?.questions)) list(state.questions);
  if (JSON.stringify(state.poll) !== JSON.stringify(shown?.poll)) bars(state.poll);
  if (state.poll) fit();
  shown = state;
}

// What is old is not shown: a code that has changed would only make people try in vain.
function lose() {
  failures += 1;
  if (failures < 3 || !shown) return;
  at("codes").hidden = true;
  at("status").textContent = shown.words.lost;
}

async function ask() {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    failures = 0;
  } catch {
    lose();
  }
  setTimeout(ask, EVERY_MS);
}

ask();
