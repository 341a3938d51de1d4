import { PromiseDelegate } from '@lumino/coreutils';
import { matching, needing, offered, packageRows } from '../packagerows';
import type { Report } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import { idle, setUp, until, usual } from './world';

const RICH = golden<Report>('report-rich');
const ROWS = packageRows(RICH) ?? [];

describe('packageRows', () => {
  it('should list what Python and what only conda knows, by name', () => {
    expect(ROWS.map(({ by, name, native }) => [name, by, native])).toEqual([
      ['climate-tools', 'pip', false],
      ['mkl', 'conda', true],
      ['numpy', 'conda', false],
      ['openssl', 'conda', true],
      ['pandas', 'conda', false],
      ['python-dateutil', 'uv', false],
      ['scikit-learn', 'pip', false],
      ['unlabelled', null, false]
    ]);
  });

  it('should list a package of conda’s once, whatever Python calls it', () => {
    const { conda, packages } = RICH.facts;
    const [torch] = packages.value ?? [];
    const [pytorch] = conda.value?.records ?? [];
    const distributions = ['torch-2.12.0.dist-info'];
    const rows = packageRows({
      ...RICH,
      facts: {
        ...RICH.facts,
        conda: {
          ...conda,
          value: conda.value && {
            ...conda.value,
            records: [{ ...pytorch, name: 'pytorch', distributions }]
          }
        },
        packages: {
          ...packages,
          value: [{ ...torch, name: 'torch', metadata: distributions[0] }]
        }
      }
    });
    expect(rows?.map(({ name }) => name)).toEqual(['torch']);
  });

  it('should tell which versions the kernel still uses', () => {
    const running = ROWS.filter(row => row.running !== null);
    expect(running.map(row => [row.name, row.running])).toEqual([
      ['numpy', '2.4.6']
    ]);
  });

  it('should know nothing where nothing is known', () => {
    expect(packageRows(golden<Report>('report-silent'))).toBeNull();
  });
});

describe('matching', () => {
  it.each([
    ['', 8],
    ['NumPy', 1],
    ['numpy==2.1', 1],
    ['scikit_learn', 1],
    ['sklearn', 1],
    ['dateutil', 1],
    ['xarray', 0],
    ['*', 0]
  ])('should find by “%s” %d packages', (text, count) => {
    expect(matching(ROWS, text)).toHaveLength(count);
  });
});

describe('offered', () => {
  it.each([
    'xarray',
    'numpy==2.1',
    'numpy >= 2.1, < 3',
    'pandas[excel]',
    'numpy=2.1',
    'zope.interface'
  ])('should offer “%s”', text => {
    expect(offered(ROWS, ` ${text} `)).toBe(text);
  });

  it.each([
    '',
    'numpy',
    'NumPy',
    'sklearn',
    'numpy==',
    '-r requirements.txt',
    '--index-url=x',
    'a b',
    'x; rm -rf /',
    'git+https://example.org/x',
    './x',
    'x @ https://example.org/x.whl',
    '<b>'
  ])('should not offer “%s”', text => {
    expect(offered(ROWS, text)).toBeNull();
  });
});

describe('needing', () => {
  it('should tell which packages need one', () => {
    expect(needing(ROWS, 'numpy')).toEqual([
      'climate-tools',
      'pandas',
      'scikit-learn'
    ]);
    expect(needing(ROWS, 'scikit-learn')).toEqual([]);
  });
});

describe('Packages', () => {
  it('should ask for newer releases, and mark what still has that version', async () => {
    const { model, sent } = setUp(request =>
      request.path.endsWith('/outdated')
        ? json({
            outdated: [
              { name: 'numpy', version: '2.5.5', latest: '2.6.0' },
              { name: 'traitlets', version: '5.0', latest: '6.0' }
            ],
            unasked: 'conda’s packages were not looked up.'
          })
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    const { packages } = model;
    expect(packages.outdated).toBeNull();
    await packages.ask();
    expect(sent('POST', '/outdated')[0].body).toEqual({ kernel: 'k1' });
    expect(packages.outdated).toBe(1);
    expect(packages.unasked).toBe('conda’s packages were not looked up.');
    packages.onlyOutdated = true;
    expect(packages.shown.map(row => packages.newest(row))).toEqual(['2.6.0']);
  });

  it('should forget all of it when another kernel comes to the front', async () => {
    const late = new PromiseDelegate<Response>();
    const { kernels, model } = setUp(request =>
      request.path.endsWith('/outdated') ? late.promise : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    const { packages } = model;
    packages.find('numpy');
    packages.choose(packages.shown[0].key);
    const asked = packages.ask();
    expect(packages.asking).toBe(true);
    kernels.become(idle('k2'));
    await until(() => model.report !== null);
    late.resolve(json({ outdated: [], unasked: null }));
    await asked;
    expect([packages.text, packages.chosen, packages.asking]).toEqual([
      '',
      null,
      false
    ]);
    expect(packages.outdated).toBeNull();
  });

  it('should look first where the file would be of before', async () => {
    let looked = false;
    const { model, sent } = setUp(request => {
      looked ||=
        (request.body as { refresh?: boolean } | null)?.refresh ?? false;
      if (!request.path.endsWith('/export')) {
        return usual(request);
      }
      const headers = {
        'Content-Disposition': 'x; filename="environment.yml"'
      };
      return looked
        ? new Response('name: climate', { headers })
        : json({ message: 'm', reason: 'changed', hint: 'h' }, 409);
    });
    model.active = true;
    await until(() => model.report !== null);
    await expect(model.packages.export()).resolves.toEqual({
      name: 'environment.yml',
      text: 'name: climate'
    });
    expect(sent('GET', '/export')).toHaveLength(2);
    expect(model.packages.problem).toBeNull();
  });
});

describe('Restoring', () => {
  const refused = (): Response =>
    json({ message: 'm', reason: 'lines-refused', hint: 'h' }, 422);

  it('should go on without the lines that are refused', async () => {
    const { model, sent } = setUp(request => {
      const wish = (request.body as { wish?: { without: string[] } } | null)
        ?.wish;
      return wish?.without.length === 0 ? refused() : usual(request);
    });
    model.active = true;
    await until(() => model.report !== null);
    await model.restoring.restore('name: x');
    expect(model.restoring.omissible).toBe('lines');
    await model.restoring.omit();
    expect(sent('POST', '/plans').map(({ body }) => body)).toEqual([
      { kernel: 'k1', wish: { kind: 'restore', text: 'name: x', without: [] } },
      {
        kernel: 'k1',
        wish: { kind: 'restore', text: 'name: x', without: ['lines'] }
      }
    ]);
    expect(model.plan?.state).toBe('ready');
    expect(model.restoring.omissible).toBeNull();
  });

  it('should not mistake what is refused of something else', async () => {
    const { model } = setUp(request =>
      request.method === 'POST' && request.path.endsWith('/plans')
        ? refused()
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    await model.restoring.restore('name: x');
    await model.makeWish({ kind: 'install', specs: ['x'] });
    expect(model.planProblem?.reason).toBe('lines-refused');
    expect(model.restoring.omissible).toBeNull();
  });
});
