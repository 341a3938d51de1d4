import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import type { IBundle } from './bundle';
import { readBundle } from './bundle';
import type { Displays, IDisplay } from './displays';

/**
 * What an output needs to be drawn.
 */
export interface IMagicOutputOptions {
  readonly displays: Displays;

  /**
   * Load what draws.
   */
  readonly draw: (display: () => IDisplay | null) => Promise<Widget>;

  /**
   * What is shown in the place of a text, where there is none.
   */
  readonly textless: string;
}

/**
 * An output of the small `%envcheck`: the report where this page saw it come, and it stands where it
 * came; else its text alone.
 */
export class MagicOutput extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly _options: IMagicOutputOptions) {
    super();
    this._text.addClass('jp-Envcheck-outputText');
    this.addClass('jp-RenderedText');
    this.addWidget(this._text);
    _options.displays.changed.connect(this._match, this);
  }

  /**
   * Show an output.
   */
  async renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    this._bundle = readBundle(data);
    this._text.node.textContent = this._bundle.text || this._options.textless;
    this._match();
  }

  /**
   * Draw no more.
   */
  override dispose(): void {
    if (!this.isDisposed) {
      this._options.displays.changed.disconnect(this._match, this);
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._match();
  }

  private _match(): void {
    const display = this._display;
    if (!display) {
      this._drawn?.dispose();
      this._drawn = null;
      this._text.show();
    } else if (this._drawn) {
      this._drawn.update();
    } else if (!this._loading) {
      void this._draw();
    }
  }

  private async _draw(): Promise<void> {
    this._loading = true;
    try {
      const drawn = await this._options.draw(() => this._display);
      if (this.isDisposed || !this._display) {
        drawn.dispose();
        return;
      }
      this._drawn = drawn;
      this.addWidget(drawn);
      this._text.hide();
    } catch {
      // The server cannot be reached: the text stays, and the next change is another chance.
    } finally {
      this._loading = false;
    }
  }

  /**
   * What was seen of this output; `null` where it did not come here.
   */
  private get _display(): IDisplay | null {
    const { displays } = this._options;
    const id = this._bundle?.id ?? null;
    const display = id === null ? null : displays.find(id);
    const cell = display?.panel.content.widgets.find(one => one.contains(this));
    return display && cell?.model.id === display.cell ? display : null;
  }

  private _bundle: IBundle | null = null;
  private _drawn: Widget | null = null;
  private _loading = false;
  private readonly _text = new Widget({ node: document.createElement('pre') });
}
