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
    expect(shellCell("ls '{a}' '$b'")).toBe("!ls '{{a}}' '$$b'");
  });
});
