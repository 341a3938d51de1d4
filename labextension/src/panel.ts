import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { Panel } from '@lumino/widgets';
import { AccordionPanel, Widget } from '@lumino/widgets';
import { envcheckIcon, errorIcon } from './icons';
import type { EnvcheckModel } from './model';
import { NAMESPACE } from './tokens';

/**
 * The side panel: a head, and under it what to do, what is planned and what runs.
 *
 * Its sections are loaded when it is first shown, and the model is awake while it is shown.
 */
export class EnvcheckPanel extends SidePanel {
  constructor(options: EnvcheckPanel.IOptions) {
    super({ translator: options.translator });
    this._options = options;
    const trans = options.translator.load(NAMESPACE);
    this.id = EnvcheckPanel.ID;
    this.addClass('jp-Envcheck');
    this.title.icon = envcheckIcon;
    this.title.caption = trans.__('Environment check');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Environment check'));
    this.content.hide();
  }

  /**
   * Let the model sleep, and go.
   */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    const { model } = this._options;
    model.active = false;
    this._resizes.disconnect();
    model.stateChanged.disconnect(this._onStateChanged, this);
    super.dispose();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this._wake();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this._wake();
  }

  protected override onBeforeDetach(msg: Message): void {
    this._options.model.active = false;
    super.onBeforeDetach(msg);
  }

  protected override onBeforeHide(msg: Message): void {
    this._options.model.active = false;
    super.onBeforeHide(msg);
  }

  private async _wake(): Promise<void> {
    this._sections ??= this._addSections();
    try {
      await this._sections;
    } catch {
      // The next time it is shown is another chance.
      this._sections = null;
      this._sayUnloaded();
      return;
    }
    this._options.model.active = this.isVisible;
  }

  /**
   * Say that the panel could not be loaded, with the little that is loaded.
   */
  private _sayUnloaded(): void {
    const trans = this._options.translator.load(NAMESPACE);
    const node = document.createElement('div');
    node.setAttribute('role', 'alert');
    const add = (parent: Element, tag: string, look: string): HTMLElement => {
      const child = parent.appendChild(document.createElement(tag));
      child.className = look;
      return child;
    };
    const notice = add(node, 'div', 'jp-Envcheck-notice jp-mod-wrong');
    errorIcon.element({ container: add(notice, 'span', '') });
    const words = add(notice, 'div', '');
    add(add(words, 'p', ''), 'b', '').textContent = trans.__(
      'The Jupyter server cannot be reached.'
    );
    add(words, 'p', 'jp-Envcheck-aside').textContent = trans.__(
      'The environment check could not be loaded. Check that the server is still running, then try again.'
    );
    const button = add(
      add(node, 'div', 'jp-Envcheck-retry'),
      'button',
      'jp-Envcheck-button jp-mod-plain'
    );
    button.textContent = trans.__('Try Again');
    button.addEventListener('click', () => void this._wake());
    this._unloaded?.dispose();
    this._unloaded = new Widget({ node });
    this.header.addWidget(this._unloaded);
  }

  private async _addSections(): Promise<void> {
    const { commands, model, translator } = this._options;
    const sections = await import('./sections');
    this._unloaded?.dispose();
    const trans = translator.load(NAMESPACE);
    const options = { commands, model, trans };
    const add = (section: Widget, label: string): void => {
      section.title.label = label;
      this.addWidget(section);
    };
    this.header.addWidget(new sections.HeadSection(options));
    this._resizes.observe(this.header.node);
    this._resizes.observe(this.content.node);
    add(
      new sections.RecommendationsSection(options),
      trans.__('Recommendations')
    );
    add(new sections.PlanSection(options), trans.__('Plan'));
    add(new sections.ActivitySection(options), trans.__('Activity'));
    this._unfold(Private.PLAN, false);
    this._unfold(Private.ACTIVITY, false);
    if (this.content instanceof AccordionPanel) {
      this.content.expansionToggled.connect(this._onToggled, this);
    }
    model.stateChanged.connect(this._onStateChanged, this);
    this._onStateChanged();
  }

  /**
   * Unfold the plan and the activity when there is something new in them; history is not.
   */
  private _onStateChanged(): void {
    const { job, plan, planning, planProblem, report, witnessed } =
      this._options.model;
    this.content.setHidden(!report && !job);
    const planned = planning || plan !== null || planProblem !== null;
    if (planned !== this._planned) {
      this._planned = planned;
      this._unfold(Private.PLAN, planned);
    }
    if (job !== null && job.id !== this._job) {
      this._job = job.id;
      if (witnessed) {
        this._unfold(Private.ACTIVITY, true);
      }
    }
  }

  /**
   * Give room to sections that have none: one that was folded from the start, or that opened while
   * the panel was hidden, has no size to come back with.
   */
  private _makeRoom(): void {
    const { content } = this;
    const cramped = content.widgets.some(
      ({ isVisible, node }) => isVisible && node.offsetHeight < Private.SMALL
    );
    if (cramped && content instanceof AccordionPanel) {
      content.setRelativeSizes(
        content.widgets.map((_, index) => (index === 0 ? 2 : 3))
      );
    }
  }

  private _onToggled(content: AccordionPanel): void {
    MessageLoop.sendMessage(content, Widget.Msg.FitRequest);
    this._makeRoom();
  }

  private _unfold(index: number, open: boolean): void {
    const content: Panel = this.content;
    if (content instanceof AccordionPanel) {
      if (open) {
        content.expand(index);
      } else {
        content.collapse(index);
      }
    }
  }

  private _job: string | null = null;
  private readonly _options: EnvcheckPanel.IOptions;
  private _planned = false;
  // The accordion places its sections by numbers: what the head takes, it must be told.
  private readonly _resizes = new ResizeObserver(() => {
    MessageLoop.sendMessage(this.content, Widget.ResizeMessage.UnknownSize);
    this._makeRoom();
  });
  private _sections: Promise<void> | null = null;
  private _unloaded: Widget | null = null;
}

/**
 * A namespace for `EnvcheckPanel` statics.
 */
export namespace EnvcheckPanel {
  /**
   * The panel's id in the shell.
   */
  export const ID = 'jp-envcheck-panel';

  /**
   * What the panel shows, and with what it acts.
   */
  export interface IOptions {
    readonly commands: CommandRegistry;
    readonly model: EnvcheckModel;
    readonly translator: ITranslator;
  }
}

namespace Private {
  /**
   * The places of the sections in the accordion.
   */
  export const PLAN = 1;
  export const ACTIVITY = 2;

  /**
   * The height in pixels below which a section cannot be read.
   */
  export const SMALL = 48;
}
