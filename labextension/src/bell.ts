import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * What rang: the kind and the id of a thing that is not as it was.
 */
export interface IRing {
  readonly kind: 'plan' | 'job';
  readonly id: string;
}

/**
 * Listens for the server's sign that something changed.
 *
 * Anyone with a token can put an event on the bus, so it carries no content: who hears it asks the
 * API what is the case.
 */
export class Bell implements IDisposable {
  constructor(stream: Event.Stream) {
    this._stream = stream;
    stream.connect(this._onEmission, this);
  }

  /**
   * Emits when a plan or a job changed.
   */
  get rang(): ISignal<this, IRing> {
    return this._rang;
  }

  /**
   * Whether nothing is listened to any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Stop listening.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stream.disconnect(this._onEmission, this);
    Signal.clearData(this);
  }

  private _onEmission(_: Event.IManager, emission: Event.Emission): void {
    const { schema_id, kind, id } = emission;
    if (
      schema_id === Private.SCHEMA &&
      (kind === 'plan' || kind === 'job') &&
      typeof id === 'string'
    ) {
      this._rang.emit({ kind, id });
    }
  }

  private _isDisposed = false;
  private _rang = new Signal<this, IRing>(this);
  private readonly _stream: Event.Stream;
}

namespace Private {
  export const SCHEMA = 'https://events.jupyterlab-envcheck.org/bell/v1';
}
