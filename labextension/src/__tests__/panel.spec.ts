import { nullTranslator } from '@jupyterlab/translation';
import type { AccordionPanel } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';
import { EnvcheckPanel } from '../panel';
import { Stage } from './stage';
import { setUp, until } from './world';

describe('EnvcheckPanel', () => {
  it('should unfold the plan at each new wish, however it was left', async () => {
    const { model } = setUp();
    const { commands } = new Stage();
    const translator = nullTranslator;
    const panel = new EnvcheckPanel({ commands, model, translator });
    Widget.attach(panel, document.body);
    await until(() => model.report !== null);
    const content = panel.content as AccordionPanel;
    const plan = content.widgets.findIndex(
      ({ title }) => title.label === 'Plan'
    );
    const open = (): boolean => !content.widgets[plan].isHidden;
    expect(open()).toBe(false);
    await model.makePlan('missing-import:sklearn', 'install');
    expect(open()).toBe(true);
    content.collapse(plan);
    model.stateChanged.emit();
    expect(open()).toBe(false);
    await model.makePlan('missing-import:sklearn', 'install');
    expect(open()).toBe(true);
    content.collapse(plan);
    await model.draftEnvironment({ name: 'proj', packages: '', python: '' });
    expect(open()).toBe(true);
    panel.dispose();
    model.dispose();
  });
});
