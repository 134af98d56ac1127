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
