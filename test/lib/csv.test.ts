import { describe, expect, it, test } from 'vitest';
import { readCsv } from '../../src/lib/csv.ts';

const cellsOf = (text: string) => {
  const read = readCsv(text);
  return 'refusal' in read ? read.refusal : read.rows.map(({ cells }) => Object.values(cells));
};

describe('a table', () => {
  test.each([
    ['semicolons, however few lines', 'username;x\nthandi;1\n', [['thandi', '1']]],
    ['tabs', 'username\tname\nthandi\tThandi, the first\n', [['thandi', 'Thandi, the first']]],
    ['semicolons in quotation marks', 'name;email\n"a;b";c@d\n', [['a;b', 'c@d']]],
    ['one column', 'username\nthandi\n', [['thandi']]],
    ['the mark of UTF-8', '\uFEFFusername,name\nthandi,T\n', [['thandi', 'T']]],
    ['the line by which spreadsheets tell the separator', 'sep=;\r\nusername;name\r\nthandi;T\r\n', [['thandi', 'T']]],
    ['empty lines above', '\n \nusername,name\nthandi,T\n', [['thandi', 'T']]],
    ['the line ends of old machines', 'username,name\rthandi,T\r', [['thandi', 'T']]],
  ])('is read with %s', (_what, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  it('counts lines as an editor shows them', () => {
    const read = readCsv('sep=,\n\nname\n\nA\n');
    expect('rows' in read && read.rows.map(({ line }) => line)).toEqual([5]);
  });

  it('says what is wrong with it', () => {
    expect(cellsOf('name\n"A')).toBe('line 2 has a quotation mark that does not end');
    expect(cellsOf('name,name\nA,B')).toBe('the column name is there twice');
    expect(cellsOf('')).toBe('the first line has to name the columns');
  });
});
