import { inArray, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { bank } from '../items/index.ts';
import { assessment } from './schema.ts';

/** The statement that finds the banks an assessment draws from, with their versions now. For a batch. */
export const selectBankRefs = (db: DrizzleD1Database, assessmentId: string) =>
  db
    .select({ bankId: bank.id, version: bank.version })
    .from(bank)
    .where(
      sql`${bank.deletedAt} is null and ${inArray(
        bank.id,
        sql`(select json_extract(section.value, '$.bankId') from ${assessment}, json_each(${assessment.sections}) section where ${assessment.id} = ${assessmentId})`,
      )}`,
    );
