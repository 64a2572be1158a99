// @ts-check
/*
 * The script of the page that ends a dynamic registration: it tells the platform that the frame may close (lti-dr-v1p0 §3.7).
 * Without it whoever reads closes it.
 */

const registered = document.getElementById('ve-registered');
const above = window.opener ?? (window.parent === window ? null : window.parent);
const { origin = '', afterMs = '0' } = registered?.dataset ?? {};

if (above && origin) {
  const close = () => above.postMessage({ subject: 'org.imsglobal.lti.close' }, origin);
  const button = document.getElementById('ve-close');
  if (button) {
    button.hidden = false;
    button.addEventListener('click', close);
  }
  setTimeout(close, Number(afterMs));
}
