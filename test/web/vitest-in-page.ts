/** What `runtime.case.ts` asks of Vitest, for a page: its own `expect`, and a list of tests that the page runs. */
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = (value: unknown, message?: string): Chai.Assertion => chai.expect(value, message);

type Body = () => Promise<void> | void;

const tests: { title: string; body: Body | undefined }[] = [];
const before: Body[] = [];
const after: Body[] = [];

export const describe = (_: string, body: () => void): void => body();
export const beforeAll = (body: Body): number => before.push(body);
export const afterAll = (body: Body): number => after.push(body);
export const test = Object.assign((title: string, body: Body): number => tests.push({ title, body }), {
  skip: (title: string): number => tests.push({ title, body: undefined }),
});

export interface Told {
  readonly title: string;
  /** Absent = it passed; null = it was left out. */
  readonly problem?: string | null;
}

/** Runs everything that was registered, in order. */
export async function runAll(): Promise<readonly Told[]> {
  for (const body of before) await body();
  const told: Told[] = [];
  for (const { title, body } of tests) {
    try {
      await body?.();
      told.push(body ? { title } : { title, problem: null });
    } catch (error) {
      told.push({ title, problem: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
    }
  }
  for (const body of after) await body();
  return told;
}
