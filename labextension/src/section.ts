import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import type { EnvcheckModel } from './model';

/**
 * What a section of the panel draws, and with what it acts.
 */
export interface ISectionOptions {
  readonly commands: CommandRegistry;
  readonly model: EnvcheckModel;
  readonly trans: TranslationBundle;
}

/**
 * A section that has much to draw, and so does it only while it is unfolded.
 */
export abstract class LateSection extends VDomRenderer<EnvcheckModel> {
  constructor(protected readonly options: ISectionOptions) {
    super(options.model);
    this.addClass('jp-Envcheck-section');
    // It takes the focus of what goes from it.
    this.node.tabIndex = -1;
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override onUpdateRequest(msg: Message): void {
    if (this.isVisible) {
      super.onUpdateRequest(msg);
    }
  }
}
