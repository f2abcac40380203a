/** Head office's database: the schema, and transactions that commit whole or not at all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { SyncLog } from '../wire.ts';

/** PostgreSQL's bigint as a number: no seq, time or amount here passes 2⁵³. */
const INT8 = 20;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export type Connection = pg.PoolClient;

export interface Database {
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Commits what `work` did when it resolves, rolls back when it throws. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connects and applies the schema, which leaves what is there as it is. */
export async function openDatabase(url: string, log: SyncLog): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 8, types });
  pool.on('error', (error) => log.warn({ error: error.message }, 'Database connection lost'));
  await pool.query(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'));
  return {
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    async transaction(work) {
      const connection = await pool.connect();
      let broken: Error | undefined;
      try {
        await connection.query('BEGIN');
        const result = await work(connection);
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        broken = await connection.query('ROLLBACK').then(
          () => undefined,
          (failed: Error) => failed,
        );
        throw error;
      } finally {
        connection.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** SQLSTATE classes that say the server or the way to it is at fault, not the question. */
const SERVER_AT_FAULT = /^(08|53|57|58)|^E[A-Z]+$/;

/** Whether the database cannot be reached, is stopping, or is out of disk or connections. */
export function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return SERVER_AT_FAULT.test(error.code);
  return /^Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}
