import { describe, expect, it } from 'vitest';
import { scoreItem } from '../../src/grading/index.ts';
import { makeTextEntry } from './make-item.ts';

const judge = (accepted: string, typed: string, caseSensitive = false) =>
  scoreItem(makeTextEntry({ one: [accepted] }, { caseSensitive }), { blanks: { one: typed } }).outcome;

describe('a text', () => {
  it.each([
    ['Lilongwe', 'Lilongwe'],
    ['Lilongwe', 'lilongwe'],
    ['Lilongwe', 'LILONGWE'],
    ['Lake Malawi', '  Lake \t\n  Malawi '],
    ['Lake Malawi', 'Lake\u00A0Malawi\u3000'],
    ['Lake Malawi', 'Lake\u2003\u0085Malawi'],
    ['Lake Malawi', 'Lake\u200B Malawi\uFEFF'],
    ['Lake  Malawi', 'Lake Malawi'],
    ['café', 'cafe\u0301'],
    ['cafe\u0301', 'café'],
    ["ng'ombe", 'ng’ombe'],
    ["ng'ombe", 'ng‘ombe'],
    ["ng'ombe", 'ng\u02BCombe'],
    ["ng'ombe", 'ng`ombe'],
    ["ng'ombe", 'ng´ombe'],
    ["ng'ombe", 'ng′ombe'],
    ['ng’ombe', "Ng'ombe"],
    ['"yes"', '“yes”'],
    ['"yes"', '„yes‟'],
    ['"yes"', '″yes″'],
    ['north-east', 'north–east'],
    ['north-east', 'north—east'],
    ['north-east', 'north\u2011east'],
    ['İzmir', 'İZMIR'],
    ['İzmir', 'i\u0307zmir'],
    ['Straße', 'STRASSE'],
    ['j\u030C\u0323', 'J\u030C\u0323'],
    ['ΟΔΟΣ', 'οδος'],
    ['ΟΔΟΣ', 'οδοσ'],
  ])('%j accepts %j', (accepted, typed) => {
    expect(judge(accepted, typed)).toBe('right');
  });

  it.each([
    ['Lilongwe', 'Blantyre'],
    ['İzmir', 'izmir'],
    ['Lake Malawi', 'LakeMalawi'],
    ['cafe', 'café'],
    ['H2O', 'H₂O'],
    ['x2', 'x²'],
    ['yes', '"yes"'],
    ['constructor', 'toString'],
  ])('%j does not accept %j', (accepted, typed) => {
    expect(judge(accepted, typed)).toBe('wrong');
  });

  it('keeps case when the blank asks for it', () => {
    expect(judge('NaCl', 'NaCl', true)).toBe('right');
    expect(judge('NaCl', 'nacl', true)).toBe('wrong');
    expect(judge('NaCl', ' NaCl ', true)).toBe('right');
    expect(judge("Ng'ombe", 'Ng’ombe', true)).toBe('right');
    expect(judge('Cafe\u0301', 'Café', true)).toBe('right');
  });

  it('is put in order mark by mark, unless a letter has more marks than any writing', () => {
    expect(judge(`a${'\u0301\u0323'.repeat(15)}`, `a${'\u0323\u0301'.repeat(15)}`)).toBe('right');
    expect(judge(`a${'\u0301\u0323'.repeat(16)}`, `a${'\u0323\u0301'.repeat(16)}`)).toBe('wrong');
    expect(judge(`a${'\u0301'.repeat(32)}`, `a${'\u0301'.repeat(32)}`)).toBe('right');
  });

  it('may be any of those accepted', () => {
    const item = makeTextEntry({ one: ['colour', 'color'] });
    expect(scoreItem(item, { blanks: { one: 'Color' } }).outcome).toBe('right');
    expect(scoreItem(item, { blanks: { one: 'colr' } }).outcome).toBe('wrong');
  });
});

describe('several blanks', () => {
  const item = makeTextEntry({ one: ['a'], two: ['b'], three: ['c'] }, { maxScore: 2 });

  it.each([
    [{ one: 'a', two: 'b', three: 'c' }, 2, 'right'],
    [{ one: 'a', two: 'b', three: 'x' }, 1.3333, 'partial'],
    [{ one: 'a', two: 'b' }, 1.3333, 'partial'],
    [{ one: 'a', two: '', three: ' ' }, 0.6667, 'partial'],
    [{ one: 'b', two: 'a', three: '' }, 0, 'wrong'],
    [{ one: 'x' }, 0, 'wrong'],
  ])('%j earn %d: %s', (blanks, given, outcome) => {
    expect(scoreItem(item, { blanks })).toEqual({ score: { given, maximum: 2 }, outcome });
  });

  it.each([
    [{ blanks: {} }],
    [{ blanks: { one: '' } }],
    [{ blanks: { one: ' ', two: '\u00A0' } }],
    [{ blanks: { one: '\u200B' } }],
    [{ blanks: { four: 'a' } }],
    [{ blanks: { one: 1 } }],
    [{ blanks: ['a'] }],
    [{ blanks: { one: 'a'.repeat(10_001) } }],
    [{ selected: ['a'] }],
  ])('nothing readable given is unscorable (%#)', (raw) => {
    expect(scoreItem(item, raw)).toEqual({ score: { given: 0, maximum: 2 }, outcome: 'unscorable' });
  });

  it('never earn anything for an empty text, even where an invisible one is accepted', () => {
    const invisible = makeTextEntry({ one: ['\u200B'], two: ['b'] });
    expect(scoreItem(invisible, { blanks: { one: '', two: 'b' } }).outcome).toBe('partial');
  });
});
