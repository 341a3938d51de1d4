import type { Message } from '@lumino/messaging';
import React from 'react';
import { Environment } from './components/Environment';
import { Guide } from './components/Guide';
import { Notice } from './components/Notice';
import { guideFits } from './guidefit';
import { noteIcon } from './icons';
import type { ISectionOptions } from './section';
import { LateSection } from './section';

/**
 * The facts about the environment.
 */
export class EnvironmentSection extends LateSection {
  constructor(options: ISectionOptions) {
    super(options);
    // There is nothing in it that takes the focus, and by keyboard it is to be scrolled, too.
    this.node.tabIndex = 0;
  }

  protected render(): JSX.Element {
    const { model, trans } = this.options;
    return model.report ? (
      <Environment report={model.report} trans={trans} />
    ) : (
      <Notice
        icon={noteIcon}
        title={trans.__('Nothing is known of this environment yet.')}
      />
    );
  }
}

/**
 * What to read, which is fetched when it is first unfolded.
 */
export class GuideSection extends LateSection {
  constructor(options: ISectionOptions) {
    super(options);
    options.model.guide.changed.connect(this._onChanged, this);
  }

  /**
   * Draw nothing any more.
   */
  override dispose(): void {
    this.options.model.guide.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.options.model.guide.load();
  }

  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { guide, preferences, report } = model;
    return (
      <Guide
        asked={guide.asked}
        commands={commands}
        entries={guide.entries}
        fits={guideFits(report, preferences.experience, trans)}
        onFound={() => guide.found()}
        onOpen={id => {
          guide.open = id;
        }}
        onSearch={text => {
          guide.text = text;
        }}
        open={guide.open}
        problem={guide.problem}
        text={guide.text}
        trans={trans}
      />
    );
  }

  private _onChanged(): void {
    this.update();
  }
}
