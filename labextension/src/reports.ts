import type { ISubject } from './kernel';
import type { Report } from './wire';

/**
 * The last reports, to be shown at once when the user comes back to what they are about.
 */
export class Reports {
  /**
   * The last report on a place.
   */
  get(place: string): Report | null {
    return this._reports.get(place) ?? null;
  }

  /**
   * Keep a report; where there are too many, the oldest goes.
   */
  keep(place: string, report: Report): void {
    this._reports.delete(place);
    this._reports.set(place, report);
    for (const oldest of this._reports.keys()) {
      if (this._reports.size <= Private.KEPT) {
        break;
      }
      this._reports.delete(oldest);
    }
  }

  private readonly _reports = new Map<string, Report>();
}

/**
 * What a report is about: two documents on one kernel import different things.
 */
export function placeOf(subject: ISubject | null): string {
  return subject?.kernel ? `${subject.document} ${subject.kernel}` : '';
}

namespace Private {
  /**
   * How many are kept.
   */
  export const KEPT = 8;
}
