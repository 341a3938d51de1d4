import type { Report } from '../wire';
import { golden } from './golden';

/**
 * A report that tells of what some cells need.
 */
export const NEEDS = golden<Report>('report-needs');

/**
 * As it is with a Python of the operating system.
 */
export const MANAGED: Report = {
  ...NEEDS,
  outcomes: NEEDS.outcomes.map(one =>
    one.id === 'missing-import:sklearn'
      ? {
          ...one,
          actions: [
            {
              build: [],
              channels: [],
              commands: [],
              folder: null,
              id: 'create-environment',
              kind: 'create-environment',
              name: 'proj',
              python: null,
              specs: ['scikit-learn'],
              title: 'Create an environment with scikit-learn'
            }
          ]
        }
      : one
  )
};
