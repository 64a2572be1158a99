const OWN = /^\/(?:lessons|courses|assessments|media)\/[\w.~:@!$&()*+,;=%/?#-]*$/;
const MAIL = /^mailto:[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/i;
const WEB = /^https:\/\/[^\s\\<>"'`]+$/i;

const isWeb = (href: string) => WEB.test(href) && URL.canParse(href) && new URL(href).username === '';

/** Whether a text may link there: to pages of ours that are read, to `https`, to an address of mail. */
export const mayLink = (href: string): boolean => OWN.test(href) || MAIL.test(href) || isWeb(href);
