import type {
  BrowserMemberInput,
  BrowserMemberName,
  BrowserToolsetConfigs,
  BrowserToolUseBlock,
  ComputerMemberName,
  ComputerToolsetConfigs,
  ComputerToolUseBlock,
} from '@anthropic-ai/sdk/resources/messages';
import type { Filled } from '../whole.js';

/** How each member of a toolset can be set. */
export const TOOLSET_MEMBER = { defer_loading: false, enabled: true };
const caller = { type: 'direct' as const };

type InputOf<Block, Name> = Block extends { readonly name: Name; readonly input: infer Input }
  ? Filled<Input>
  : never;

const tab_id = 't1';
const at = { type: 'coordinate' as const, x: 405, y: 157 };
const ref = { type: 'ref' as const, ref: 'e12' };
const click = { target: at, modifiers: 'shift', tab_id };

/** What the model asks of each member of the browser toolset, with all of its fields. */
const BROWSER_INPUTS: { readonly [N in BrowserMemberName]: InputOf<BrowserToolUseBlock, N> } = {
  navigate: { url: 'https://example.com/ada', tab_id },
  list_tabs: {},
  new_tab: {},
  switch_tab: { tab_id },
  close_tab: { tab_id },
  read_page: { depth: 3, filter: 'interactive', ref: 'e12', tab_id },
  get_page_text: { tab_id },
  read_console: { tab_id },
  read_network: { tab_id },
  find: { query: 'Bernoulli', tab_id },
  form_input: { target: ref, value: 'Ada', tab_id },
  file_upload: { target: ref, document_ids: ['d1'], paths: ['/tmp/ada.txt'], tab_id },
  scroll_to: { target: ref, tab_id },
  screenshot: { tab_id },
  zoom: { region: [0, 0, 100, 100], tab_id },
  left_click: click,
  right_click: click,
  middle_click: click,
  double_click: click,
  triple_click: click,
  hover: { target: ref, tab_id },
  left_click_drag: { from: at, target: at, tab_id },
  left_mouse_down: { target: at, tab_id },
  left_mouse_up: { target: at, tab_id },
  mouse_move: { target: at, tab_id },
  scroll: { target: at, scroll_direction: 'down', scroll_amount: 3, tab_id },
  type: { text: 'ada lovelace', tab_id },
  key: { text: 'Return', repeat: 1, tab_id },
  hold_key: { text: 'shift', duration: 1, tab_id },
  wait: { duration: 1, tab_id },
  javascript_exec: { text: 'document.title', tab_id },
} satisfies Record<BrowserMemberName, BrowserMemberInput>;

const coordinate = [405, 157];
const clicked = { coordinate, text: 'shift' };

const COMPUTER_INPUTS: { readonly [N in ComputerMemberName]: InputOf<ComputerToolUseBlock, N> } = {
  key: { text: 'Return', repeat: 1 },
  hold_key: { text: 'shift', duration: 1 },
  type: { text: 'ada lovelace' },
  cursor_position: {},
  mouse_move: { coordinate },
  left_mouse_down: {},
  left_mouse_up: {},
  left_click: clicked,
  left_click_drag: { start_coordinate: coordinate, coordinate, text: 'shift' },
  right_click: clicked,
  middle_click: clicked,
  double_click: clicked,
  triple_click: clicked,
  scroll: { ...clicked, scroll_direction: 'down', scroll_amount: 3 },
  wait: { duration: 1 },
  screenshot: {},
  zoom: { region: [0, 0, 100, 100] },
};

/** A call of each member: a `tool_use` block as `ToolUseBlock` has it, its input the toolset's own. */
export const TOOLSET_CALLS = [
  ...calls('browser', BROWSER_INPUTS),
  ...calls('computer', COMPUTER_INPUTS),
];

function calls(toolset_name: 'browser' | 'computer', inputs: Readonly<Record<string, object>>) {
  return Object.entries(inputs).map(([name, input]) => ({
    type: 'tool_use' as const,
    id: `toolu_${toolset_name}_${name}`,
    name,
    input,
    caller,
    toolset_name,
  }));
}

function membersOf<Name extends string>(inputs: Readonly<Record<Name, object>>) {
  const names = Object.keys(inputs) as Name[];
  return Object.fromEntries(names.map((name) => [name, TOOLSET_MEMBER])) as Record<
    Name,
    typeof TOOLSET_MEMBER
  >;
}

export const BROWSER_MEMBERS: Filled<BrowserToolsetConfigs> = membersOf(BROWSER_INPUTS);
export const COMPUTER_MEMBERS: Filled<ComputerToolsetConfigs> = membersOf(COMPUTER_INPUTS);
