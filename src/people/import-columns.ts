/** The columns a table of new accounts may have. */
export const columns = ['name', 'email', 'username', 'role'] as const;
type Column = (typeof columns)[number];

/** What else people call them, without what stands between words. */
const called: Readonly<Record<Column, readonly string[]>> = {
  name: ['name', 'fullname'],
  email: ['email', 'emailaddress', 'mail'],
  username: ['username', 'user', 'login', 'loginname'],
  role: ['role'],
};

/** Which column a heading means, in any case and however its words are held apart; undefined for none. */
export function columnOf(heading: string): Column | undefined {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return columns.find((column) => called[column].includes(plain));
}
