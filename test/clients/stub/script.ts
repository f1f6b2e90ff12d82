/** What one answer of the stub contains, in no provider's words. */
export interface Reply {
  /** A summary of the model's reasoning. */
  readonly reasoning?: string;
  readonly text?: string;
  readonly calls?: readonly Call[];
  /** Searches that the provider runs and bills, each by its query. */
  readonly searches?: readonly string[];
}

export interface Call {
  /** Of the tools that the request lists, the first one of these names that it has. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>> | string;
  /** The kind of item on the responses API. A function without it. */
  readonly type?: 'custom' | 'shell' | 'local_shell' | 'apply_patch';
  /** The tool set that the tool was listed in. */
  readonly namespace?: string;
}

export type Api = 'chat' | 'responses' | 'messages';

export interface Asked {
  readonly api: Api;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Rounds of tool results that the request contains: 0 for the first turn. */
  readonly turn: number;
  /** The tools by name, or by type where they have none. */
  readonly tools: readonly string[];
}

export type Script = (asked: Asked) => Reply;

/** A turn for each of the calls, with reasoning before it, then the last words. */
export function turns(calls: readonly (readonly Call[])[], last = 'All done.'): Script {
  return ({ turn }) => {
    const now = calls[turn];
    if (now === undefined) return { reasoning: 'Nothing is left to do.', text: last };
    return { reasoning: `Step ${turn + 1}.`, text: `Calling a tool, ${turn + 1}.`, calls: now };
  };
}
