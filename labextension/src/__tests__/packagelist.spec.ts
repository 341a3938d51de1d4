import { Widget } from '@lumino/widgets';
import { PackageList } from '../components/PackageList';
import { PackageRow } from '../components/PackageRow';
import type { Report } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import { trans } from './stage';
import { setUp, until, usual } from './world';

/**
 * A list whose lines can be put into the page by hand: here nothing has a height, so none is in sight.
 */
class Lines extends PackageList {
  line(index: number): Widget {
    return this.viewModel.widgetRenderer(index);
  }
}

describe('PackageList', () => {
  it('should point to the chosen line only while that is drawn', async () => {
    const { model } = setUp(request =>
      request.path.endsWith('/report')
        ? json(golden<Report>('report-rich'))
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    const list = new Lines(model.packages, () => undefined, trans);
    const pointed = (): string | null =>
      list.viewportNode.getAttribute('aria-activedescendant');
    model.packages.choose(model.packages.shown[2].key);
    list.draw();
    expect(pointed()).toBeNull();
    const row = list.line(2);
    Widget.attach(row, document.body);
    expect(pointed()).toBe(PackageRow.id(2));
    list.draw();
    expect(pointed()).toBe(PackageRow.id(2));
    Widget.detach(row);
    expect(pointed()).toBeNull();
    list.dispose();
    model.dispose();
  });
});
