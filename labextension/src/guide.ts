import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { GuideEntry } from './wire';

/**
 * An entry that somebody asked to read: another object each time.
 */
export interface IReading {
  readonly id: string;
}

/**
 * The guide: its entries, which are fetched when somebody first wants to read, and what is read.
 */
export class Guide {
  /**
   * @param connect - How to reach the server now
   */
  constructor(private readonly connect: () => IConnection) {}

  /**
   * Emits when something is not as it was.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * All entries; `null` where they have not been fetched.
   */
  get entries(): ReadonlyArray<GuideEntry> | null {
    return this._entries;
  }

  /**
   * Why there are none.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * What was typed to find one.
   */
  get text(): string {
    return this._text;
  }
  set text(value: string) {
    this._text = value;
    this._changed.emit();
  }

  /**
   * The id of the entry that is open; `null` where none is.
   */
  get open(): string | null {
    return this._open;
  }
  set open(value: string | null) {
    this._open = value;
    this._changed.emit();
  }

  /**
   * What was asked to be read from elsewhere, and is to be brought into sight; `null` once it was.
   */
  get asked(): IReading | null {
    return this._asked;
  }

  /**
   * Open an entry and bring it into sight.
   */
  read(id: string): void {
    this._asked = { id };
    this._text = '';
    this.open = id;
  }

  /**
   * Take note that what was asked to be read is in sight.
   */
  found(): void {
    this._asked = null;
  }

  /**
   * Fetch the entries, where that was not done.
   */
  async load(): Promise<void> {
    if (this._entries || this._loading) {
      return;
    }
    this._loading = true;
    this._problem = null;
    this._changed.emit();
    try {
      this._entries = await api.getGuide(this.connect());
    } catch (error) {
      this._problem = api.toProblem(error);
    }
    this._loading = false;
    this._changed.emit();
  }

  private _asked: IReading | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private _entries: ReadonlyArray<GuideEntry> | null = null;
  private _loading = false;
  private _open: string | null = null;
  private _problem: IProblem | null = null;
  private _text = '';
}
