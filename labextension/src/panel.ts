import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import { AccordionPanel, Widget } from '@lumino/widgets';
import { FocusKeeper } from './focuskeeper';
import type { IReading } from './guide';
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
    // Who opens it by the keyboard goes on in it.
    this.node.tabIndex = -1;
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
    this._focus.dispose();
    this._resizes.disconnect();
    model.stateChanged.disconnect(this._onStateChanged, this);
    model.guide.changed.disconnect(this._onGuideChanged, this);
    super.dispose();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
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
      add(node, 'div', 'jp-Envcheck-underNotice'),
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
    const add = (section: Widget, label: string, open: boolean): void => {
      section.title.label = label;
      this.addWidget(section);
      this._unfold(section, open);
    };
    this.header.addWidget(new sections.HeadSection(options));
    this._resizes.observe(this.header.node);
    this._resizes.observe(this.content.node);
    this._activity = new sections.ActivitySection(options);
    this._guide = new sections.GuideSection(options);
    this._plan = new sections.PlanSection(options);
    add(
      new sections.RecommendationsSection(options),
      trans.__('Recommendations'),
      true
    );
    add(
      new sections.EnvironmentSection(options),
      trans.__('Environment'),
      false
    );
    add(new sections.PackagesSection(options), trans.__('Packages'), false);
    add(this._plan, trans.__('Plan'), false);
    add(this._activity, trans.__('Activity'), false);
    add(this._guide, trans.__('Guide'), false);
    if (this.content instanceof AccordionPanel) {
      this.content.expansionToggled.connect(this._onToggled, this);
    }
    model.stateChanged.connect(this._onStateChanged, this);
    model.guide.changed.connect(this._onGuideChanged, this);
    this._onStateChanged();
  }

  /**
   * Unfold the plan and the activity when there is something new in them; history is not.
   */
  private _onStateChanged(): void {
    const { draft, job, jobProblem, plan, planning, planProblem } =
      this._options.model;
    const { report, wishes, witnessed } = this._options.model;
    this.content.setHidden(!report && !job);
    const planned = Boolean(draft || planning || plan || planProblem);
    if (planned !== this._planned || wishes !== this._wishes) {
      this._planned = planned;
      this._wishes = wishes;
      this._unfold(this._plan, planned);
      this._enlargePlan();
    }
    if (job !== null && job.id !== this._job) {
      this._job = job.id;
      if (witnessed) {
        this._unfold(this._activity, true);
      }
    }
    const wrong = jobProblem?.reason ?? null;
    if (wrong !== this._wrong) {
      this._wrong = wrong;
      if (wrong !== null) {
        // Such as a repair that was asked for in another section, and refused.
        this._unfold(this._activity, true);
      }
    }
  }

  /**
   * Unfold the guide when something in it is asked for elsewhere.
   */
  private _onGuideChanged(): void {
    const { asked } = this._options.model.guide;
    if (asked && asked !== this._asked) {
      this._asked = asked;
      this._unfold(this._guide, true);
    }
  }

  /**
   * Give the plan most of the room: what would change has to be seen before it is agreed to.
   */
  private _enlargePlan(): void {
    const { content } = this;
    if (this._planned && content instanceof AccordionPanel) {
      content.setRelativeSizes(
        content.widgets.map(section => {
          const share = section === this._plan ? 3 : 1;
          return section.isHidden ? 0 : share;
        })
      );
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

  private _unfold(section: Widget | null, open: boolean): void {
    const { content } = this;
    if (section && content instanceof AccordionPanel) {
      const index = content.widgets.indexOf(section);
      if (open) {
        content.expand(index);
      } else {
        content.collapse(index);
      }
    }
  }

  private _activity: Widget | null = null;
  private _asked: IReading | null = null;
  private readonly _focus = new FocusKeeper(
    this.node,
    '.jp-Envcheck-section',
    '.jp-Envcheck-refresh'
  );
  private _guide: Widget | null = null;
  private _job: string | null = null;
  private readonly _options: EnvcheckPanel.IOptions;
  private _plan: Widget | null = null;
  private _planned = false;
  // The accordion places its sections by numbers: what the head takes, it must be told.
  private readonly _resizes = new ResizeObserver(() => {
    MessageLoop.sendMessage(this.content, Widget.ResizeMessage.UnknownSize);
    this._makeRoom();
  });
  private _sections: Promise<void> | null = null;
  private _unloaded: Widget | null = null;
  private _wishes = 0;
  private _wrong: string | null = null;
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
   * The height in pixels below which a section cannot be read.
   */
  export const SMALL = 48;
}
