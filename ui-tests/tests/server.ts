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
 * A report on an environment with a thousand packages.
 */
export function thousand(): object {
  const report = structuredClone(golden('report-rich')) as {
    facts: { packages: { value: { name: string; version: string }[] } };
  };
  const { packages } = report.facts;
  const [, numpy] = packages.value;
  packages.value.push(
    ...Array.from({ length: 994 }, (_, index) => ({
      ...numpy,
      name: `package-${String(index).padStart(3, '0')}`,
      version: `1.${index}`
    }))
  );
  return report;
}

/**
 * A plan for the environment of `report-rich`: one for another is put away.
 */
export function richPlan(): object {
  const ready = golden('plan-ready');
  const prefix = '/home/ada/miniforge3/envs/climate';
  return { ...ready, target: { ...(ready['target'] as object), prefix } };
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
  outdated: object | Failure | Promise<object>;

  /**
   * Why no plan is begun; `null` where one is.
   */
  began: Failure | null;

  /**
   * The text of an environment as a file.
   */
  exported: string | Failure;

  /**
   * `null` for the guide that the real server has.
   */
  guide: object | Failure | null;

  /**
   * What a job is once what is kept of it was freed.
   */
  freed: object | Failure;
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
    jobs: [],
    outdated: { outdated: [], unasked: null },
    began: null,
    exported: 'name: climate\n',
    guide: null,
    freed: new Failure(404)
  };

  readonly requests: Request[] = [];

  /**
   * Answer the page from here on.
   */
  async attach(page: Page): Promise<void> {
    await page.route(/\/envcheck\/api\//, async (route, request) => {
      this.requests.push(request);
      const [, what, id, deeper] =
        /\/envcheck\/api\/(\w+)(?:\/(\w+))?(\/\w+)?/.exec(request.url()) ?? [];
      if (what === 'guide' && this.answers.guide === null) {
        await route.continue();
        return;
      }
      const { exported, fingerprint, guide, outdated, report } = this.answers;
      const said = { export: exported, fingerprint, guide, outdated, report };
      const asked = Object.hasOwn(said, what);
      const answer = asked
        ? await said[what]
        : what === 'plans'
          ? (request.method() === 'POST' && this.answers.began) ||
            this.answers.plan
          : request.method() === 'DELETE' && deeper
            ? this.answers.freed
            : id || request.method() === 'POST'
              ? this.answers.job
              : this.answers.jobs;
      if (typeof answer === 'string') {
        await route.fulfill({
          headers: {
            'Content-Disposition': 'attachment; filename="environment.yml"'
          },
          body: answer
        });
      } else if (!(answer instanceof Failure)) {
        const began = !asked && request.method() === 'POST';
        await route.fulfill({
          status: began ? 202 : 200,
          headers: began
            ? { Location: `/envcheck/api/${what}/${deeper ? 'p2' : 'p1'}` }
            : {},
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
