import { rmSync } from 'node:fs';
import { templateState } from './server.ts';

/** Before and after a run there is no prepared state: the code that makes it may have changed. */
export default function setup() {
  const forget = () => rmSync(templateState, { recursive: true, force: true });
  forget();
  return forget;
}
