// @ts-check
/*
 * The script of an exam's paper. The form works without it; with it each change is saved at once. Three rules:
 * - A change is first kept on the phone, then sent, and leaves the phone only when a receipt of the school's computer covers it.
 * - The clock is the school's: the end minus the server's time, reckoned anew each second. The phone's clock decides nothing.
 * - Who opens the paper last, writes. A page that has become stale stops and says so.
 * What it sends and gets is "Ops" of the HTTP contract; what it reads from the page is src/assessments/paper-data.ts.
 */

/** @typedef {{ selected: string[] } | { blanks: Record<string, string> } | { value: string }} Answer */
/** @typedef {{ kind: 'set', response: Answer } | { kind: 'clear' } | { kind: 'flag', value: boolean }} Change */
/** @typedef {Change & { seq: number, itemId: string, at: string }} Op */
/**
 * An op until a receipt covers it. `place` is its own "epoch.seq", `base` that of the answer it was made over ('': none).
 * @typedef {{ op: Op, place: string, base: string, again?: boolean }} Kept
 */
/** Id; names behind the fields here (null: on another page); epoch and seq of the answer that stands; on another page itself.
 * @typedef {[id: string, parts: string[] | 0 | null, epoch?: number, seq?: number, answer?: Answer]} Item */
/** @typedef {{ v: number, id: string, epoch: number, seq: number, now: number, end: number | null, zone: string, items: Item[], words: Record<string, string> }} Data */
/** @typedef {{ epoch: number, upTo: number, refused: { seq: number, reason: string }[], state: string, serverTime: string, endsAt: string | null }} Receipt */

const MOST_OPS = 200;
const MOST_CHARACTERS = 200_000;
const KEEPALIVE_CHARACTERS = 60_000;
const TYPING_MS = 600;
const POLL_MS = 60_000;
const PATIENCE_MS = 45_000;
const LEAVE_AFTER_MS = 8_000;
const LAST_CALLS = [60, 300, 600];

const form = document.getElementById('paper');
const json = document.getElementById('data')?.textContent;
if (form instanceof HTMLFormElement && json) {
  const data = /** @type {Data} */ (JSON.parse(json));
  // A page of another release than this script goes on without it.
  if (data.v === 1) write(form, data);
}

/**
 * @param {HTMLFormElement} form
 * @param {Data} data
 */
function write(form, data) {
  const { id, epoch, items, words } = data;
  const token = field('token');
  const numberOf = new Map(items.map(([itemId], index) => [itemId, index + 1]));

  /** Not yet covered by a receipt, in the order of their seq. @type {Kept[]} */
  let queue = [];
  /** Made here before, while the question was answered elsewhere: the student chooses. @type {Map<string, Kept>} */
  const held = new Map();
  /** The place of the answer that each question shows. @type {Map<string, string>} */
  const places = new Map(items.map(([itemId, , e, s]) => [itemId, e === undefined ? '' : `${e}.${s}`]));
  /** What each question was last known to say, as text. @type {Map<number, string>} */
  const said = new Map();
  let lastSeq = data.seq;
  let end = data.end;
  let isStopped = false;
  let isOver = false;
  let isOnPhone = true;
  let isOffline = false;
  let wasRefused = false;
  let isLeaving = false;

  // Words

  /** @param {string} key @param {Record<string, string>} [fill] */
  function word(key, fill = {}) {
    return (words[key] ?? key).replace(/\{(\w+)\}/g, (mark, name) => fill[name] ?? mark);
  }

  /** @param {string} id @param {string} text */
  function say(id, text) {
    const place = document.getElementById(id);
    if (place && place.textContent !== text) place.textContent = text;
  }

  /**
   * @param {string} tag
   * @param {Record<string, string>} attributes
   * @param {(Node | string)[]} children
   */
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** @param {string} label @param {() => void} act */
  function button(label, act) {
    const made = element('button', { type: 'button' }, label);
    made.addEventListener('click', act);
    return made;
  }

  /** @param {Intl.DateTimeFormatOptions} options @param {number} at */
  function clock(options, at) {
    try {
      return new Intl.DateTimeFormat('en-GB', { timeZone: data.zone, hourCycle: 'h23', ...options }).format(at);
    } catch {
      return new Date(at).toISOString().slice(11, 19);
    }
  }

  // Fields

  /** @param {string} name */
  function fields(name) {
    return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`[name="${name}"]`)]);
  }
  /** @param {string} name */
  function field(name) {
    return fields(name)[0]?.value ?? '';
  }
  /** @param {number} number */
  const question = (number) => document.getElementById(`q${number}`);

  /**
   * What a question's fields say; `asSent`: what they said when the page came, which is what stands at school.
   * @param {number} number
   * @param {boolean} [asSent]
   * @returns {Answer | null}
   */
  function read(number, asSent = false) {
    const parts = items[number - 1]?.[1];
    /** @param {HTMLInputElement | undefined} input */
    const text = (input) => (asSent ? input?.defaultValue : input?.value) ?? '';
    if (parts === 0) {
      const value = text(fields(`q${number}`)[0]);
      return value.trim() === '' ? null : { value };
    }
    const choices = fields(`q${number}`);
    if (choices.length > 0) {
      const chosen = choices.filter((one) => (asSent ? one.defaultChecked : one.checked) && one.value !== '');
      return chosen.length === 0 ? null : { selected: chosen.map((one) => parts?.[Number(one.value)] ?? '') };
    }
    const blanks = (parts ?? []).map(
      (name, place) => /** @type {const} */ ([name, text(fields(`q${number}.${place}`)[0])]),
    );
    return blanks.every(([, value]) => value.trim() === '') ? null : { blanks: Object.fromEntries(blanks) };
  }

  /** @param {number} number @param {Answer | null} answer */
  function fill(number, answer) {
    const parts = items[number - 1]?.[1] || [];
    for (const one of fields(`q${number}`)) {
      if (one.type === 'radio' || one.type === 'checkbox') {
        const name = parts[Number(one.value)];
        const isChosen = answer !== null && 'selected' in answer && answer.selected.includes(name ?? '');
        one.checked = one.value === '' ? answer === null : isChosen;
      } else one.value = answer !== null && 'value' in answer ? answer.value : '';
    }
    parts.forEach((name, place) => {
      const [blank] = fields(`q${number}.${place}`);
      if (blank) blank.value = (answer !== null && 'blanks' in answer && answer.blanks[name]) || '';
    });
    said.set(number, JSON.stringify(answer));
  }

  /** @param {number} number @param {Answer | null} answer */
  function show(number, answer) {
    if (answer === null) return word('answerNone');
    if ('value' in answer) return answer.value;
    if ('blanks' in answer) return Object.values(answer.blanks).join('; ');
    const parts = items[number - 1]?.[1] || [];
    const labels = fields(`q${number}`).filter(
      (one) => one.value !== '' && answer.selected.includes(parts[Number(one.value)] ?? ''),
    );
    return labels.map((one) => one.parentElement?.textContent?.trim() ?? '').join('; ');
  }

  /** Fields of a page that may no longer write. @param {boolean} isFrozen */
  function freeze(isFrozen) {
    for (const one of form.querySelectorAll('fieldset')) one.disabled = isFrozen;
    for (const one of form.querySelectorAll('button')) one.disabled = isFrozen;
  }

  // The phone

  const prefix = `ve:${id}:`;
  /** @param {string} key */
  const epochOf = (key) => (key.startsWith(prefix) ? Number(key.slice(prefix.length)) : 0);

  /** Each page load writes under its own epoch, so that two tabs never overwrite each other. */
  function keep() {
    try {
      localStorage.setItem(prefix + epoch, JSON.stringify([...held.values(), ...queue]));
      isOnPhone = true;
    } catch {
      isOnPhone = false;
    }
  }

  /** Keys of this attempt that earlier pages left. @returns {string[]} */
  function earlierKeys() {
    try {
      return Object.keys(localStorage)
        .filter((key) => epochOf(key) > 0 && epochOf(key) < epoch)
        .sort((a, b) => epochOf(a) - epochOf(b));
    } catch {
      return [];
    }
  }

  /** @param {string} key @returns {Kept[]} */
  function kept(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(found) ? found.filter((one) => numberOf.has(one?.op?.itemId)) : [];
    } catch {
      return [];
    }
  }

  /** @param {string[]} keys */
  function forget(keys) {
    try {
      for (const key of keys) localStorage.removeItem(key);
    } catch {
      // Where nothing could be written there is nothing to remove.
    }
  }

  // Changes

  /** @param {string} itemId @param {Change} change @param {{ again?: boolean, at?: string }} [more] */
  function record(itemId, change, { again = false, at = new Date().toISOString() } = {}) {
    const op = { ...change, seq: ++lastSeq, itemId, at };
    const place = `${epoch}.${op.seq}`;
    queue.push({ op, place, base: places.get(itemId) ?? '', ...(again && { again }) });
    if (op.kind !== 'flag') places.set(itemId, op.kind === 'set' ? place : '');
  }

  /** @param {Answer | null} answer @returns {Change} */
  const changeTo = (answer) => (answer === null ? { kind: 'clear' } : { kind: 'set', response: answer });

  /** Takes in what a question says now, if it is news. @param {number} number */
  function take(number) {
    const itemId = items[number - 1]?.[0];
    const answer = read(number);
    const text = JSON.stringify(answer);
    if (itemId === undefined || isStopped || said.get(number) === text) return;
    said.set(number, text);
    decided(itemId);
    unmark(number);
    record(itemId, changeTo(answer));
    changed();
  }

  function changed() {
    keep();
    tell();
    void send();
  }

  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  const typing = new Map();

  /** @param {number} number */
  function takeTyped(number) {
    clearTimeout(typing.get(number));
    typing.delete(number);
    take(number);
    tell();
  }

  /** Takes in whatever is still being typed. */
  function takeAll() {
    for (const number of [...typing.keys()]) takeTyped(number);
  }

  /** @param {Event} event */
  function touched({ type, target }) {
    if (!(target instanceof HTMLInputElement)) return;
    const [, kind, digits] = /^([qf])(\d+)/.exec(target.name) ?? [];
    const number = Number(digits);
    const itemId = items[number - 1]?.[0];
    if (itemId === undefined || isStopped) return;
    if (kind === 'f') {
      if (type !== 'change') return;
      record(itemId, { kind: 'flag', value: target.checked });
      changed();
    } else if (type === 'input' && target.type !== 'radio' && target.type !== 'checkbox') {
      clearTimeout(typing.get(number));
      typing.set(
        number,
        setTimeout(() => takeTyped(number), TYPING_MS),
      );
      tell();
    } else take(number);
  }

  /** @param {number} number @param {string} text */
  function mark(number, text) {
    unmark(number);
    question(number)
      ?.querySelector('legend')
      ?.after(element('p', { class: 'problem', 'data-mark': '' }, text));
  }
  /** @param {number} number */
  function unmark(number) {
    question(number)?.querySelector('[data-mark]')?.remove();
  }

  // What earlier pages left

  /** Sends again what an earlier page could not, unless the question was answered elsewhere since. */
  function takeUp() {
    const keys = earlierKeys();
    /** @type {Map<string, Kept[]>} */
    const answers = new Map();
    /** @type {Map<string, Kept>} */
    const flags = new Map();
    for (const one of keys.flatMap(kept)) {
      const { itemId, kind } = one.op;
      if (kind === 'flag') flags.set(itemId, one);
      else answers.set(itemId, [...(answers.get(itemId) ?? []), one]);
    }
    for (const [itemId, made] of answers) takeUpAnswer(itemId, made);
    for (const [itemId, { op }] of flags) {
      const [box] = fields(`f${numberOf.get(itemId)}`);
      if (op.kind !== 'flag' || box?.defaultChecked === op.value) continue;
      if (box) box.checked = op.value;
      record(itemId, { kind: 'flag', value: op.value }, { at: op.at });
    }
    keep();
    if (isOnPhone) forget(keys);
  }

  /** @param {string} itemId @param {Kept[]} made */
  function takeUpAnswer(itemId, made) {
    const number = numberOf.get(itemId) ?? 0;
    const item = items[number - 1];
    const last = made.at(-1);
    if (!item || !last || last.op.kind === 'flag') return;
    const isHere = item[1] !== null;
    const atSchool = isHere ? read(number, true) : (item[4] ?? null);
    const onPhone = last.op.kind === 'set' ? last.op.response : null;
    const place = places.get(itemId) ?? '';
    if (JSON.stringify(atSchool) === JSON.stringify(onPhone)) return;
    if (place === '' || place === made[0]?.base || made.some((one) => one.place === place)) {
      record(itemId, changeTo(onPhone), { at: last.op.at });
      // What was answered on this page before its script came is newer, and taken in next.
      if (isHere && JSON.stringify(read(number)) === JSON.stringify(atSchool)) fill(number, onPhone);
      return;
    }
    held.set(itemId, last);
    if (isHere) ask(number, itemId, atSchool, onPhone);
  }

  /**
   * Shows both answers at the question. Until one is chosen, the one at school counts and the other stays on the phone.
   * @param {number} number
   * @param {string} itemId
   * @param {Answer | null} atSchool
   * @param {Answer | null} onPhone
   */
  function ask(number, itemId, atSchool, onPhone) {
    const choice = element(
      'div',
      { class: 'problem', 'data-both': itemId },
      element('p', {}, word('sayBoth')),
      element('p', {}, `${word('sayAtSchool')} `, element('b', {}, show(number, atSchool))),
      element('p', {}, `${word('sayOnPhone')} `, element('b', {}, show(number, onPhone))),
      button(word('sayKeepSchool'), () => {
        decided(itemId);
        keep();
        tell();
      }),
      ' ',
      button(word('sayUsePhone'), () => {
        fill(number, onPhone);
        said.delete(number);
        take(number);
      }),
    );
    question(number)?.querySelector('legend')?.after(choice);
  }

  /** @param {string} itemId */
  function decided(itemId) {
    held.delete(itemId);
    form.querySelector(`[data-both="${itemId}"]`)?.remove();
  }

  // Sending

  /** @type {Promise<boolean> | undefined} */
  let sending;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  let failures = 0;

  /** Sends all there is. True when nothing is left to send. */
  function send() {
    clearTimeout(retry);
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  /** @returns {Promise<boolean>} */
  async function sendAll() {
    if (queue.length === 0 || isStopped) return queue.length === 0;
    if (await post(nextBatch())) return await sendAll();
    sendLater();
    return false;
  }

  function sendLater() {
    if (isStopped) return;
    const wait = Math.min(1000 * 2 ** failures++, POLL_MS);
    retry = setTimeout(send, wait * (0.5 + Math.random() / 2));
  }

  function nextBatch() {
    let size = 0;
    const batch = queue.slice(0, MOST_OPS).filter(({ op }) => (size += JSON.stringify(op).length) < MOST_CHARACTERS);
    return batch.length > 0 ? batch : queue.slice(0, 1);
  }

  /** @param {Kept[]} batch @param {AbortSignal} [signal] */
  function request(batch, signal) {
    const body = JSON.stringify({ epoch, ops: batch.map(({ op }) => op) });
    return fetch(`/api/v1/attempts/${id}/ops`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      // An answer sent in the last moment outlives the page.
      keepalive: body.length < KEEPALIVE_CHARACTERS,
      ...(signal && { signal }),
    });
  }

  /** Sends a batch; an empty one asks for the time. True when a receipt came. @param {Kept[]} batch */
  async function post(batch) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    const sentAt = performance.now();
    try {
      const answer = await request(batch, abort.signal);
      const body = await answer.json();
      isOffline = false;
      if (answer.ok && body.epoch === epoch && Number.isInteger(body.upTo)) {
        failures = 0;
        learn(Date.parse(body.serverTime), sentAt, performance.now());
        receive(batch, /** @type {Receipt} */ (body));
        return !batch.some((one) => queue.includes(one));
      }
      if (answer.status === 409) stop('sayStale');
      else if ([400, 401, 403, 404].includes(answer.status)) stop('sayTooOld');
    } catch {
      // No network, or a network that answers in the school's place: the answers are still on the phone.
      isOffline = true;
    } finally {
      clearTimeout(timer);
      tell();
    }
    return false;
  }

  /** @param {Kept[]} batch @param {Receipt} receipt */
  function receive(batch, receipt) {
    const refused = new Map(receipt.refused.map(({ seq, reason }) => [seq, reason]));
    const arrived = new Set(batch.map(({ op }) => op.seq).filter((seq) => refused.get(seq) !== 'too_far'));
    queue = queue.filter(({ op }) => op.seq > receipt.upTo && !arrived.has(op.seq));
    lastSeq = Math.max(lastSeq, receipt.upTo);
    for (const one of batch) refuse(one, refused.get(one.op.seq));
    keep();
    setEnd(receipt.endsAt === null ? null : Date.parse(receipt.endsAt));
    if (receipt.state !== 'open') finish();
  }

  /** @param {Kept} one @param {string} [reason] */
  function refuse({ op, place, again }, reason) {
    const number = numberOf.get(op.itemId) ?? 0;
    if (reason === undefined || reason === 'too_far') return;
    if (reason === 'conflict' && !again) {
      const isLatest = op.kind === 'flag' || op.kind === 'clear' || places.get(op.itemId) === place;
      const { seq: _, itemId, at, ...change } = op;
      if (isLatest) record(itemId, change, { again: true, at });
      return;
    }
    wasRefused = true;
    mark(number, word(reason === 'late' || reason === 'finished' ? 'sayLate' : 'sayRefused'));
  }

  /** Tells where the answers are. @param {boolean} [isAsked] */
  function tell(isAsked = false) {
    const isTyping = typing.size > 0;
    if (isStopped || isTyping || queue.length > 0) {
      say(
        'status',
        isStopped || isTyping ? '' : word(isOnPhone ? (isOffline ? 'sayOffline' : 'saySending') : 'sayUnsafe'),
      );
      return say('at', '');
    }
    if (lastSeq === data.seq && !isAsked) return;
    say('status', word('saySaved'));
    say('at', `, ${clock({ timeStyle: 'medium' }, now())}`);
    signOutIfSent();
  }

  // Stopping

  /** @param {string} text @param {string} label @param {string} href */
  function banner(text, label, href) {
    document.getElementById('banner')?.remove();
    const made = element(
      'p',
      { id: 'banner', class: 'problem', role: 'alert' },
      `${text} `,
      element('a', { class: 'button', href }, label),
    );
    document.querySelector('.bar')?.append(made);
  }

  /** This page may no longer write; what it has not sent stays on the phone. @param {string} why */
  function stop(why) {
    if (isStopped) return;
    takeAll();
    isStopped = true;
    clearTimeout(retry);
    freeze(true);
    banner(word(why), word('sayContinue'), `/attempts/${id}?page=${field('page')}`);
  }

  /** The attempt has ended, by whatever way. */
  function finish() {
    if (isStopped || queue.length > 0) return;
    isStopped = true;
    freeze(true);
    forget(held.size === 0 ? [prefix + epoch] : []);
    const result = `/attempts/${id}/result`;
    if (wasRefused) banner(word('sayOver'), word('seeResult'), result);
    else location.replace(result);
  }

  // The clock

  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  /** The server's time when this page's own clock stood at 0, and how far that may be off, in ms. */
  let zero = data.now - ((visit?.requestStart ?? 0) + (visit?.responseStart ?? 0)) / 2;
  let doubt = (visit?.responseStart ?? 0) - (visit?.requestStart ?? 0);

  const now = () => zero + performance.now();

  /** Sets the clock by an answer: it was given between sending and receiving. @param {number} serverTime @param {number} sentAt @param {number} receivedAt */
  function learn(serverTime, sentAt, receivedAt) {
    const found = serverTime - (sentAt + receivedAt) / 2;
    const trip = receivedAt - sentAt;
    // A phone that slept has a clock that stood still: then even a slow answer knows better.
    if (trip > doubt && Math.abs(found - zero) < trip) return;
    zero = found;
    doubt = trip;
  }

  /** @param {number} seconds */
  function duration(seconds) {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const parts = [hours && `${hours} h`, minutes && `${minutes} min`, seconds < 120 && `${seconds % 60} s`];
    return parts.filter(Boolean).join(' ');
  }

  /** @type {number | undefined} */
  let called;

  function tick() {
    if (end === null || isStopped) return;
    const seconds = Math.max(0, Math.ceil((end - now()) / 1000));
    const day = seconds < 86_400 ? {} : /** @type {const} */ ({ weekday: 'long', day: 'numeric', month: 'long' });
    const at = clock({ hour: '2-digit', minute: '2-digit', ...day }, end);
    say('time', seconds === 0 ? word('sayOver') : word('sayTime', { left: duration(seconds), end: at }));
    const call = LAST_CALLS.find((one) => seconds <= one);
    if (call !== called) say('left', call === undefined ? '' : word('sayLeft', { left: duration(seconds) }));
    called = call;
    if (seconds === 0) over();
  }

  /** The end by our reckoning; the school's computer has the last word. */
  function over() {
    if (isOver) return;
    isOver = true;
    takeAll();
    freeze(true);
    void untilFinished(500);
  }

  /** @param {number} wait */
  async function untilFinished(wait) {
    if (await send()) await post([]);
    if (isOver && !isStopped) setTimeout(() => void untilFinished(Math.min(wait * 2, 10_000)), wait);
  }

  /** @param {number | null} later */
  function setEnd(later) {
    end = later;
    if (isOver && (end === null || end > now())) {
      isOver = false;
      freeze(false);
    }
    tick();
  }

  /** Asks how things stand: the time, the end, and whether this page still writes. */
  function checkIn() {
    return queue.length > 0 ? send() : (sending ?? post([]));
  }

  // Leaving

  /** @param {SubmitEvent} event */
  async function leave(event) {
    if (isLeaving) return;
    event.preventDefault();
    const { submitter } = event;
    const go = submitter instanceof HTMLButtonElement ? submitter.value : '';
    takeAll();
    const sent = send();
    if (/^\d*$/.test(go)) {
      if ((await sent) && (await post([]))) tell(true);
      return;
    }
    if (!navigator.onLine) return say('status', word('sayNoNetwork'));
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, LEAVE_AFTER_MS))]);
    if (isStopped) return;
    // Sent or not, the form itself carries every answer of this page.
    isLeaving = true;
    form.append(element('input', { type: 'hidden', name: 'go', value: go }));
    form.submit();
  }

  const signOut = document.getElementById('sign-out');
  /** @type {HTMLElement | undefined} */
  let dialog;

  /** @param {Event} event */
  function signingOut(event) {
    takeAll();
    if (queue.length === 0 && held.size === 0) return forget([prefix + epoch]);
    event.preventDefault();
    void trySignOut();
  }

  /** @param {string} text @param {HTMLElement[]} buttons */
  function showDialog(text, buttons) {
    dialog?.remove();
    const stay = button(word('sayStay'), () => {
      dialog?.remove();
      dialog = undefined;
      signOut?.querySelector('button')?.focus();
    });
    dialog = element(
      'div',
      { role: 'alertdialog', class: 'problem', 'aria-labelledby': 'unsent' },
      element('p', { id: 'unsent' }, text),
      ...buttons,
      ' ',
      stay,
    );
    dialog.addEventListener('keydown', ({ key }) => key === 'Escape' && stay.click());
    signOut?.closest('header')?.after(dialog);
    (buttons[0] ?? stay).focus();
  }

  async function trySignOut() {
    showDialog(word('sayUnsent'), []);
    await send();
    if (!dialog || signOutIfSent()) return;
    const without = button(word('saySignOutAnyway'), () => signOut instanceof HTMLFormElement && signOut.submit());
    if (isStopped) showDialog(word('sayTooOld'), [without]);
    else if (queue.length === 0) showDialog(word('sayChooseFirst'), [without]);
    else showDialog(word('sayUnsentFailed'), [button(word('sayAgain'), () => void trySignOut())]);
  }

  /** Goes on with a sign-out that waited. True when it does. */
  function signOutIfSent() {
    if (!dialog || queue.length > 0 || held.size > 0 || !(signOut instanceof HTMLFormElement)) return false;
    forget([prefix + epoch]);
    signOut.submit();
    return true;
  }

  // Start

  items.forEach(([, parts], index) => {
    if (parts !== null) said.set(index + 1, JSON.stringify(read(index + 1, true)));
  });
  takeUp();
  // What was answered before this script came.
  items.forEach(([itemId, parts], index) => {
    if (parts === null) return;
    take(index + 1);
    const [box] = fields(`f${index + 1}`);
    const isNews =
      box && box.checked !== box.defaultChecked && !queue.some(({ op }) => op.kind === 'flag' && op.itemId === itemId);
    if (isNews) record(itemId, { kind: 'flag', value: box.checked });
  });
  if (queue.length > 0) changed();

  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('focusout', takeAll);
  form.addEventListener('submit', (event) => void leave(event));
  signOut?.addEventListener('submit', signingOut);
  addEventListener('online', () => void checkIn());
  addEventListener('pagehide', () => {
    takeAll();
    if (queue.length > 0 && !isStopped) request(nextBatch()).catch(() => {});
  });
  addEventListener('pageshow', ({ persisted }) => {
    isLeaving = false;
    if (persisted && !isStopped) void checkIn();
  });
  document.addEventListener('visibilitychange', () => {
    takeAll();
    if (document.visibilityState === 'visible' && !isStopped) void checkIn();
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== null && newValue !== null && epochOf(key) > epoch) stop('sayStale');
  });
  setInterval(() => tick(), 1000);
  setInterval(() => end !== null && !isStopped && document.visibilityState === 'visible' && void checkIn(), POLL_MS);
  tick();
}
