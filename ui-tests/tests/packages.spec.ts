import { expect, test } from '@jupyterlab/galata';
import { Failure, golden, MockedServer, richPlan, thousand } from './server';
import { narrow, open, picture, tooWide, unfold, wide } from './stage';

test.use({ autoGoto: false });

test('lists what is installed, by whom, and what the kernel still uses', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-rich');
  server.answers.plan = richPlan();
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  const list = packages.getByRole('listbox', { name: 'Packages' });
  await expect(list.getByRole('option')).toHaveCount(8);
  await expect(list.getByRole('option', { name: /^numpy/ })).toHaveText(
    'numpy2.5.5kernel still uses 2.4.6 · conda'
  );
  await expect(packages.getByText('8 packages').first()).toBeVisible();
  await picture(page, panel, 'packages');

  const search = packages.getByRole('searchbox');
  await search.fill('sklearn');
  await expect(list.getByRole('option')).toHaveCount(1);
  await expect(packages.getByText('1 of 8 packages').first()).toBeVisible();
  await expect(
    packages.getByRole('button', { name: /^Install / })
  ).toBeHidden();
  await search.press('ArrowDown');
  await expect(list).toBeFocused();
  const detail = packages.getByRole('region', { name: 'scikit-learn' });
  await expect(detail).toContainText('pip installed it.');
  await search.fill('');
  await list.focus();
  await page.keyboard.press('Home');
  await expect(
    packages.getByRole('region', { name: 'climate-tools' })
  ).toContainText(
    'its code is used where it lies, in file:///home/ada/climate-tools'
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const numpy = packages.getByRole('region', { name: 'numpy' });
  await expect(numpy).toContainText(
    'conda installed it. Needed by climate-tools, pandas, scikit-learn.'
  );
  await page.keyboard.press('Enter');
  const update = numpy.getByRole('button', { name: 'Update numpy…' });
  await expect(update).toBeFocused();
  await picture(page, panel, 'packages-chosen');

  await update.press('Enter');
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan).toBeFocused();
  await plan.getByRole('button', { name: 'Cancel' }).click();
  await expect(update).toBeFocused();
  await numpy.getByRole('button', { name: 'Other Version…' }).click();
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('numpy==');
  await expect(
    packages.getByText('Go on with a version, such as 2.1.').first()
  ).toBeVisible();
  await page.keyboard.type('2.1');
  await picture(page, panel, 'packages-version');
  await page.keyboard.press('Enter');
  await expect(plan).toBeFocused();
  expect(server.posted('plans').map(body => body['wish'])).toEqual([
    { kind: 'update', specs: ['numpy'] },
    { kind: 'install', specs: ['numpy==2.1'] }
  ]);
});

test('offers to install what is not there, and tells what is new', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-rich');
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  const search = packages.getByRole('searchbox');
  await search.fill('xarray');
  await expect(packages.getByRole('option')).toHaveCount(0);
  await expect(
    packages.getByRole('button', { name: 'Install xarray…' })
  ).toBeVisible();
  await picture(page, panel, 'packages-not-there');
  await search.fill('');

  server.answers.outdated = new Failure(502, {
    message: 'The package index cannot be reached.',
    reason: 'unreachable',
    hint: 'Check the network, then ask again.'
  });
  const show = packages.getByRole('button', { name: 'Show Updates' });
  await show.click();
  await expect(
    packages.getByText('The package index cannot be reached.').first()
  ).toBeVisible();
  await picture(page, panel, 'packages-no-index');

  let answer: (found: object) => void = () => undefined;
  server.answers.outdated = new Promise(resolve => {
    answer = resolve;
  });
  await show.click();
  await expect(
    packages.getByRole('progressbar', { name: 'Asking the package index' })
  ).toBeVisible();
  await picture(page, panel, 'packages-asking');
  answer({
    outdated: [{ name: 'pandas', version: '2.4.1', latest: '3.0.2' }],
    unasked: 'conda’s packages were not looked up: there is no conda here.'
  });
  await expect(packages.getByText('there is no conda here')).toBeVisible();
  const outdated = packages.getByRole('button', {
    name: '1 has a newer release'
  });
  await outdated.click();
  await expect(packages.getByRole('option')).toHaveText([
    'pandas2.4.13.0.2 is out · conda'
  ]);
  await packages.getByRole('option').click();
  await expect(packages.getByRole('region', { name: 'pandas' })).toContainText(
    '3.0.2 is the newest release.'
  );
  await picture(page, panel, 'packages-updates');
});

test('makes a plan of a file that describes an environment', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.began = new Failure(422, {
    message: 'Line 4 is not read: it is an option of pip.',
    reason: 'lines-refused',
    hint: 'Take the line out, or go on without it: the plan says so.'
  });
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  const choosing = page.waitForEvent('filechooser');
  await packages.getByRole('button', { name: 'Restore from a File…' }).click();
  const text = 'name: climate\ndependencies:\n  - xarray\n';
  await (
    await choosing
  ).setFiles({
    name: 'environment.yml',
    mimeType: 'text/yaml',
    buffer: Buffer.from(text)
  });
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan).toBeFocused();
  await expect(
    plan.getByText('Line 4 is not read: it is an option of pip.')
  ).toBeVisible();
  await picture(page, panel, 'plan-lines-refused');
  server.answers.began = null;
  await plan
    .getByRole('button', { name: 'Go On Without These Lines…' })
    .click();
  await expect(plan.getByRole('row', { name: /scipy/ })).toBeVisible();
  expect(server.posted('plans').map(body => body['wish'])).toEqual([
    { kind: 'restore', text, without: [] },
    { kind: 'restore', text, without: ['lines'] }
  ]);
});

test('saves the environment as a file, after a look where that is old', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.exported = new Failure(409, {
    message: 'Something was installed since.',
    reason: 'changed',
    hint: 'Look again.'
  });
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  await expect(packages.getByText('6 packages').first()).toBeVisible();
  const looks = server.posted('report').length;
  const save = packages.getByRole('button', { name: 'Export Environment…' });
  await save.click();
  await expect(
    packages.getByText('Something was installed since.').first()
  ).toBeVisible();
  expect(server.posted('report').slice(looks)).toMatchObject([
    { refresh: true }
  ]);
  server.answers.exported = 'name: climate\n';
  const saving = page.waitForEvent('download');
  await save.click();
  expect((await saving).suggestedFilename()).toBe('environment.yml');
  await expect(
    packages.getByText('Something was installed since.')
  ).toHaveCount(0);
});

test('lists a thousand packages, and finds one of them', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = thousand();
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  await expect(packages.getByText('1002 packages').first()).toBeVisible();
  const list = packages.getByRole('listbox');
  expect(await list.getByRole('option').count()).toBeLessThan(40);
  await list.focus();
  await page.keyboard.press('End');
  await expect(
    packages.getByRole('region', { name: 'unlabelled' })
  ).toContainText('It is not known who installed it.');
  await expect(
    list.getByRole('option', { name: /^unlabelled/ })
  ).toBeInViewport();
  await picture(page, panel, 'packages-thousand');
  const search = packages.getByRole('searchbox');
  await search.pressSequentially('package-99');
  await expect(list.getByRole('option')).toHaveCount(4);
  await expect(list.getByRole('option').first()).toBeInViewport();
  await wide(page);
  await picture(page, panel, 'packages-wide');
  await search.fill('');
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'packages-narrow');
});

test('says that packages are not known, and why', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = golden('report-silent');
  const panel = await open(page, server);
  const packages = await unfold(panel, 'Packages');
  await expect(
    packages.getByText('Which packages are installed is not known.')
  ).toBeVisible();
  await expect(packages.getByText('it could not be read')).toBeVisible();
  await picture(page, panel, 'packages-unknown');
});
