export { forgetMails, forgetMailsOf } from './forget-mails.ts';
export type { Mailer } from './mailer.ts';
export { mailerOf } from './mailer-of.ts';
export { notificationsPages } from './page-routes.tsx';
export { requireOperator } from './require-operator.ts';
export { pokeMails, resendMails } from './resend-mails.ts';
export { notificationsEndpoints } from './routes.ts';
export { mail } from './schema.ts';
export { sendMail } from './send-mail.ts';
export {
  askNewAddress,
  askToVerify,
  sendResetLink,
  warnOfChange,
  warnOfNewAddress,
  welcome,
} from './tell-of-account.ts';
export { confirmEnrolment, tellResult } from './tell-of-learning.ts';
export type { MailParts } from './write-mail.ts';
