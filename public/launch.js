// @ts-check
/*
 * The script of the pages a launch from a learning platform goes through, inside the platform's frame. Each page works without it, by a
 * button. What it adds: the browser keeps a secret when a login begins and shows it when the launch comes back, where cookies are blocked;
 * and nobody has to press Continue. Protocol: lti-cs-pm-s v0p1 (platform storage).
 */

const PATIENCE_MS = 1500;
/** Secrets of logins that nobody came back from. */
const MOST_LEFT = 50;

/** @typedef {{ key: string, target: string, origin: string }} Place Where the platform keeps things for us; `target` '' : nowhere. */

/** @param {HTMLFormElement} form @returns {Place} */
const placeOf = ({ dataset }) => ({
  key: `ve-lti-${dataset.state ?? ''}`,
  target: dataset.storageTarget ?? '',
  origin: dataset.storageOrigin ?? '',
});

/** The window of the platform that answers messages: the opener of a window, or the frame around us. @param {string} target */
function platformWindow(target) {
  const above = window.opener ?? (window.parent === window ? null : window.parent);
  if (!above || target === '_parent') return above;
  try {
    return above.frames[target] ?? null;
  } catch {
    return null;
  }
}

/**
 * Asks the platform's storage; resolves to its answer. Undefined: it did not answer in time, or would not. Only its own origin is told
 * anything, and only its answer to this very message counts.
 * @param {Place} place @param {'lti.put_data' | 'lti.get_data'} subject @param {Record<string, string>} [more]
 * @returns {Promise<{ value?: unknown } | undefined>}
 */
function askPlatform({ key, target, origin }, subject, more = {}) {
  const platform = target && origin ? platformWindow(target) : null;
  if (!platform) return Promise.resolve(undefined);
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join('');
  return new Promise((resolve) => {
    /** @param {{ value?: unknown } | undefined} answer */
    const end = (answer) => {
      clearTimeout(timer);
      removeEventListener('message', hear);
      resolve(answer);
    };
    /** @param {MessageEvent} event */
    const hear = ({ origin: from, data }) => {
      if (from !== origin || typeof data !== 'object' || data === null) return;
      if (data.message_id !== id || data.subject !== `${subject}.response`) return;
      end(data.error ? undefined : data);
    };
    const timer = setTimeout(end, PATIENCE_MS, undefined);
    addEventListener('message', hear);
    platform.postMessage({ subject, message_id: id, key, ...more }, origin);
  });
}

/** localStorage throws where third-party cookies are blocked. @template T @param {() => T} use */
function orNothing(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}

/** @param {string} id */
function formOf(id) {
  const form = document.getElementById(id);
  return form instanceof HTMLFormElement ? form : undefined;
}

/** What came beside a cookie that no script sees. @param {'login' | 'launch'} step */
const keptCookies = (step) => document.cookie.includes(`ve_lti_kept=${step}`);

/**
 * A login begins: keep the secret wherever something is kept, then go on to the platform. Its storage is waited for only where nothing
 * else is kept; and where that fails too, a window of its own is all that is left.
 */
const login = formOf('ve-login');
if (login) {
  const place = placeOf(login);
  const { secret = '', goOn = '' } = login.dataset;
  const keeps = orNothing(() => {
    const left = Object.keys(localStorage).filter((key) => key.startsWith('ve-lti-'));
    if (left.length > MOST_LEFT) for (const key of left) localStorage.removeItem(key);
    localStorage.setItem(place.key, secret);
    return true;
  });
  const told = askPlatform(place, 'lti.put_data', { value: secret });
  if (keeps || keptCookies('login') || (await told)) location.replace(goOn);
  else {
    document.getElementById('ve-go-on')?.remove();
    const offer = document.getElementById('ve-offer');
    offer?.removeAttribute('hidden');
    offer?.querySelector('h1')?.focus();
  }
}

/** A launch came back without its cookie: show the secret from where it was kept. Who has none is told so by the next page. */
const bind = formOf('ve-bind');
if (bind) {
  const place = placeOf(bind);
  const proof = orNothing(() => localStorage.getItem(place.key)) ?? (await askPlatform(place, 'lti.get_data'))?.value;
  const field = bind.elements.namedItem('proof');
  if (field instanceof HTMLInputElement && typeof proof === 'string') field.value = proof;
  bind.submit();
}

/** The launch is done: go on. Where the session's cookie did not stick, the next page offers a window of its own. */
const open = formOf('ve-open');
if (open) {
  orNothing(() => localStorage.removeItem(placeOf(open).key));
  // Who comes by a launch finds nothing that the phone kept of lessons for somebody else.
  orNothing(() => void caches.keys().then((names) => names.forEach((name) => void caches.delete(name))));
  if (keptCookies('launch')) location.replace(open.dataset.landing ?? '/');
  else open.submit();
}

/** The answer of deep linking goes back to the platform. */
formOf('ve-answer')?.submit();
