import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * How much the panel says, and how many ways it shows.
 */
export type Experience = 'beginner' | 'advanced';

/**
 * What the user wishes of the panel: its settings, or what holds without any.
 */
export interface IPreferred {
  readonly experience: Experience;

  /**
   * The manager whose commands come first; empty for the one that fits best.
   */
  readonly manager: string;
}

/**
 * The settings of the panel, and which findings are dismissed where.
 *
 * Settings that cannot be read do no harm: then the usual holds. What cannot be kept holds until the
 * page is left, and is kept with the next change that can be.
 */
export class Preferences implements IPreferred {
  /**
   * Emits when any of them changed.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Emits when what is dismissed could not be kept: once, until it could be again.
   */
  get unkept(): ISignal<this, void> {
    return this._unkept;
  }

  /**
   * The sidebar of the panel.
   */
  get side(): 'left' | 'right' {
    return this._get('side') === 'left' ? 'left' : 'right';
  }

  /**
   * How much the panel says, and how many ways it shows.
   */
  get experience(): Experience {
    return this._get('experience') === 'advanced' ? 'advanced' : 'beginner';
  }

  /**
   * The manager whose commands come first; empty for the one that fits best.
   */
  get manager(): string {
    const manager = this._get('manager');
    return typeof manager === 'string' ? manager : '';
  }

  /**
   * The ids of the outcomes that are dismissed in an environment.
   */
  dismissed(prefix: string): ReadonlySet<string> {
    return new Set(this._dismissed[prefix] ?? []);
  }

  /**
   * Show an outcome no more in an environment.
   */
  async dismiss(prefix: string, outcome: string): Promise<void> {
    await this._change(prefix, ids => [
      ...ids.filter(id => id !== outcome),
      outcome
    ]);
  }

  /**
   * Show an outcome again in an environment.
   *
   * @param outcome - Its id; `null` for all that are dismissed there
   */
  async bringBack(prefix: string, outcome: string | null): Promise<void> {
    await this._change(prefix, ids =>
      outcome === null ? [] : ids.filter(id => id !== outcome)
    );
  }

  /**
   * Obey the settings of a plugin from here on.
   */
  async follow(registry: ISettingRegistry, plugin: string): Promise<void> {
    const settings = await registry.load(plugin);
    this._stored = { registry, settings };
    settings.changed.connect(() => this._changed.emit());
    this._changed.emit();
  }

  private get _dismissed(): Private.Dismissed {
    return this._pending.reduce(
      (kept, change) => change(kept),
      Private.dismissed(this._get('dismissed'))
    );
  }

  private _get(name: string): unknown {
    return this._stored?.settings.composite[name];
  }

  /**
   * One change after the other: each is made to what the one before has left.
   */
  private async _change(
    prefix: string,
    change: (ids: string[]) => string[]
  ): Promise<void> {
    this._pending.push(({ [prefix]: ids = [], ...others }) => {
      const left = change(ids);
      return left.length > 0 ? { ...others, [prefix]: left } : others;
    });
    this._changed.emit();
    const before = this._keeping;
    this._keeping = (async () => {
      await before;
      await this._keep();
    })();
    await this._keeping;
  }

  /**
   * Keep what is pending: the last change, and those before that could not be kept.
   */
  private async _keep(): Promise<void> {
    try {
      if (!this._stored) {
        throw new Error('there is nothing to keep it in');
      }
      const { registry, settings } = this._stored;
      // Another tab may have dismissed something since.
      await registry.reload(settings.id);
      const { length } = this._pending;
      await settings.set('dismissed', this._dismissed);
      this._pending.splice(0, length);
      this._told = false;
    } catch {
      if (!this._told) {
        this._told = true;
        this._unkept.emit();
      }
    }
  }

  private _changed = new Signal<this, void>(this);
  private _keeping: Promise<void> = Promise.resolve();
  private readonly _pending: ((
    kept: Private.Dismissed
  ) => Private.Dismissed)[] = [];
  private _stored: {
    readonly registry: ISettingRegistry;
    readonly settings: ISettingRegistry.ISettings;
  } | null = null;
  private _told = false;
  private readonly _unkept = new Signal<this, void>(this);
}

namespace Private {
  export type Dismissed = Record<string, string[]>;

  /**
   * What is dismissed, as far as it can be understood.
   */
  export function dismissed(value: unknown): Dismissed {
    if (typeof value !== 'object' || value === null) {
      return {};
    }
    return Object.fromEntries(
      Object.entries(value).map(([prefix, ids]) => [
        prefix,
        Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : []
      ])
    );
  }
}
