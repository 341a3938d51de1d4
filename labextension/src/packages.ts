import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IConnection, IExported, IProblem } from './api';
import * as api from './api';
import type { IPackageRow } from './packagerows';
import { matching, offered, packageRows } from './packagerows';
import type { Outdated, Releases, Report } from './wire';

/**
 * The packages of the environment in front: which are shown, which is chosen, which have newer
 * releases.
 */
export class Packages {
  /**
   * @param connect - How to reach the server now
   * @param report - The last report of the kernel in front
   * @param kernel - The id of that kernel
   * @param look - How to look at that kernel anew
   */
  constructor(
    private readonly connect: () => IConnection,
    private readonly report: () => Report | null,
    private readonly kernel: () => string | null,
    private readonly look: () => Promise<void>
  ) {}

  /**
   * Emits when something is not as it was, but for the report.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Emits when what was typed is now a text that the user is to go on with.
   */
  get edited(): ISignal<this, void> {
    return this._edited;
  }

  /**
   * All of them; `null` where they are not known.
   */
  get rows(): ReadonlyArray<IPackageRow> | null {
    const report = this.report();
    if (report !== this._of) {
      this._of = report;
      this._rows = report && packageRows(report);
    }
    return this._rows;
  }

  /**
   * Those that fit what was typed.
   */
  get shown(): ReadonlyArray<IPackageRow> {
    const fitting = matching(this.rows ?? [], this._text);
    return this._onlyOutdated
      ? fitting.filter(row => this.newest(row))
      : fitting;
  }

  /**
   * What was typed to find one.
   */
  get text(): string {
    return this._text;
  }

  /**
   * Show those that fit what was typed.
   */
  find(text: string): void {
    this._text = text;
    this._changed.emit();
  }

  /**
   * Have the user type something that begins so.
   */
  begin(text: string): void {
    this._onlyOutdated = false;
    this.find(text);
    this._edited.emit();
  }

  /**
   * What was typed, where it can be installed and is not there.
   */
  get offer(): string | null {
    return this.rows && offered(this.rows, this._text);
  }

  /**
   * The one that was chosen; `null` where none is, or it is not there any more.
   */
  get chosen(): IPackageRow | null {
    return this.rows?.find(({ key }) => key === this._chosen) ?? null;
  }

  /**
   * Choose one by its key; `null` chooses none.
   */
  choose(key: string | null): void {
    if (key !== this._chosen) {
      this._chosen = key;
      this._changed.emit();
    }
  }

  /**
   * The newest release of one, where it was asked for and is newer; `null` where it is not.
   */
  newest({ name, version }: IPackageRow): string | null {
    const found = this._outdated?.get(name);
    return found && found.version === version ? found.latest : null;
  }

  /**
   * How many have newer releases; `null` where nobody asked.
   */
  get outdated(): number | null {
    return this._outdated
      ? (this.rows ?? []).filter(row => this.newest(row)).length
      : null;
  }

  /**
   * Why conda was not asked for its packages, and what to do; `null` where it was, or nobody asked.
   */
  get unasked(): string | null {
    return this._unasked;
  }

  /**
   * Whether only those that have newer releases are shown.
   */
  get onlyOutdated(): boolean {
    return this._onlyOutdated;
  }
  set onlyOutdated(value: boolean) {
    this._onlyOutdated = value;
    this._changed.emit();
  }

  /**
   * Whether the package index is being asked for newer releases.
   */
  get asking(): boolean {
    return this._asking;
  }

  /**
   * Why it is not known which have newer releases, or why there is no file.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Ask which have newer releases.
   */
  async ask(): Promise<void> {
    const kernel = this.kernel();
    if (this._asking || kernel === null) {
      return;
    }
    this._asking = true;
    this._problem = null;
    this._changed.emit();
    const ticket = this._ticket;
    let found: Releases | null = null;
    let problem: IProblem | null = null;
    try {
      found = await api.listOutdated(this.connect(), kernel);
    } catch (error) {
      problem = api.toProblem(error);
    }
    if (ticket !== this._ticket) {
      // Another environment is in front by now.
      return;
    }
    this._asking = false;
    this._problem = problem;
    if (found) {
      this._outdated = new Map(found.outdated.map(one => [one.name, one]));
      this._unasked = found.unasked;
    }
    this._changed.emit();
  }

  /**
   * Get the environment as a file; `null` where that is not possible, and `problem` says why.
   */
  async export(): Promise<IExported | null> {
    const kernel = this.kernel();
    if (kernel === null) {
      return null;
    }
    this._problem = null;
    this._changed.emit();
    const ticket = this._ticket;
    const ask = async (): Promise<IExported> =>
      api.exportEnvironment(this.connect(), kernel);
    try {
      return await ask().catch(async error => {
        if (api.toProblem(error).reason !== 'changed') {
          throw error;
        }
        // It is made out of the last report, which is of before.
        await this.look();
        return ask();
      });
    } catch (error) {
      if (ticket === this._ticket) {
        this._problem = api.toProblem(error);
        this._changed.emit();
      }
      return null;
    }
  }

  /**
   * Begin anew, with another environment.
   */
  forget(): void {
    this._ticket++;
    this._asking = this._onlyOutdated = false;
    this._chosen = this._outdated = this._problem = this._unasked = null;
    this._text = '';
    this._changed.emit();
  }

  private _asking = false;
  private readonly _changed = new Signal<this, void>(this);
  private _chosen: string | null = null;
  private readonly _edited = new Signal<this, void>(this);
  private _of: Report | null = null;
  private _onlyOutdated = false;
  private _outdated: ReadonlyMap<string, Outdated> | null = null;
  private _problem: IProblem | null = null;
  private _rows: ReadonlyArray<IPackageRow> | null = null;
  private _text = '';
  private _unasked: string | null = null;
  private _ticket = 0;
}
