import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page, Request } from '@playwright/test';

/**
 * A file of tests/golden: what the server really sends.
 */
export function golden(name: string): Record<string, unknown> {
  const file = path.join(__dirname, '../../tests/golden', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * An answer that is not 200: a status with a body, or none at all.
 */
export class Failure {
  constructor(
    readonly status: number,
    readonly body: object = {}
  ) {}
}

/**
 * What the server says when asked; a test changes it as it goes.
 */
export interface IAnswers {
  report: object | Failure | Promise<object>;
  fingerprint: object | Failure;
  plan: object | Failure;
  job: object | Failure;
  jobs: object | Failure;
}

/**
 * Answers the page's requests to our API, and remembers them.
 */
export class MockedServer {
  readonly answers: IAnswers = {
    report: golden('report-problems'),
    fingerprint: { fingerprint: null },
    plan: golden('plan-ready'),
    job: golden('job-running'),
    jobs: []
  };

  readonly requests: Request[] = [];

  /**
   * Answer the page from here on.
   */
  async attach(page: Page): Promise<void> {
    await page.route(/\/envcheck\/api\//, async (route, request) => {
      this.requests.push(request);
      const [, what, id] =
        /\/envcheck\/api\/(\w+)(?:\/(\w+))?/.exec(request.url()) ?? [];
      const answer =
        what === 'report'
          ? await this.answers.report
          : what === 'fingerprint'
            ? this.answers.fingerprint
            : what === 'plans'
              ? this.answers.plan
              : id || request.method() === 'POST'
                ? this.answers.job
                : this.answers.jobs;
      if (!(answer instanceof Failure)) {
        const began = what !== 'report' && request.method() === 'POST';
        await route.fulfill({
          status: began ? 202 : 200,
          headers: began ? { Location: `/envcheck/api/${what}/p1` } : {},
          json: answer
        });
      } else if (answer.status === 0) {
        await route.abort('connectionrefused');
      } else {
        await route.fulfill({ status: answer.status, json: answer.body });
      }
    });
  }

  /**
   * The bodies of the requests of one kind.
   */
  posted(what: string): unknown[] {
    return this.requests
      .filter(request => request.method() === 'POST')
      .filter(request =>
        new URL(request.url()).pathname.endsWith(`/api/${what}`)
      )
      .map(request => request.postDataJSON());
  }
}
