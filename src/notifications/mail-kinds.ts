/** What mails there are. */
export const mailKinds = [
  'welcome',
  'verify-email',
  'reset-password',
  'security-changed',
  'enrolment',
  'result',
] as const;
export type MailKind = (typeof mailKinds)[number];
