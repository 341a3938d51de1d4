import { commandLine, shellCell } from '../commandline';

describe('commandLine', () => {
  it.each([
    [['pip', 'install', 'a==1'], 'Linux', 'pip install a==1'],
    [['pip', 'install', 'a<2', "it's"], null, `pip install 'a<2' 'it'\\''s'`],
    [['rm', '--', '$(id)', ''], 'Linux', `rm -- '$(id)' ''`],
    [['C:\\my py\\python', 'a<2'], 'Windows', `"C:\\my py\\python" "a<2"`]
  ])('should write %j for %s', (argv, system, text) => {
    expect(commandLine(argv, system)).toBe(text);
  });

  it('should not let IPython replace names in a cell', () => {
    expect(shellCell(['ls', '{a}', '$b'], 'Linux')).toBe("!ls '{{a}}' '$$b'");
  });

  it.each([
    ['conda install -p /env numpy', '!conda install --yes -p /env numpy'],
    ['/opt/bin/mamba remove six', '!/opt/bin/mamba remove --yes six'],
    ['conda run -n a pip install six', '!conda run -n a pip install six'],
    [
      '/env/bin/python -m pip uninstall six',
      '!/env/bin/python -m pip uninstall --yes six'
    ],
    [
      '/env/bin/python -m pip install six',
      '!/env/bin/python -m pip install six'
    ],
    ['uv pip uninstall six', '!uv pip uninstall six']
  ])('should not have a cell wait for an answer: %s', (line, cell) => {
    expect(shellCell(line.split(' '), 'Linux')).toBe(cell);
  });
});
