export { errorPage } from './error-page.tsx';
export {
  Choose,
  ConfirmPage,
  type Fields,
  FileField,
  type FormParts,
  Neighbours,
  numberOf,
  ProblemSummary,
  type Problems,
  rowsOf,
  TextArea,
  TextField,
  Tick,
} from './fields.tsx';
export { fieldsOf, frameOf, submitForm, tryForm } from './form-request.ts';
export { CsrfField, page } from './layout.tsx';
export { isLocale, localeOf } from './locale.ts';
export {
  fromLocalField,
  showClock,
  showDuration,
  showEnd,
  showExactClock,
  showInstant,
  showLeft,
  showShortInstant,
  TIME_ZONE,
  toLocalField,
} from './time.ts';
export { changedIn, WasField, withUntouched } from './was-field.tsx';
export { type Words, wordsFor } from './words.ts';
