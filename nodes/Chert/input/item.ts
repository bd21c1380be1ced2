import type { IExecuteFunctions, IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import { readMapping } from './mapping';

/** An input item as operations read it: whatever n8n has of it that an operation may need. */
export interface Item {
	getItemIndex(): number;
	getInputData(): INodeExecutionData;
	/** The parameter's value for this item; evaluating an expression can be costly, so each is read once. */
	getNodeParameter(name: string, fallback: unknown): unknown;
	getTimezone(): string;
	getExecutionCancelSignal(): AbortSignal | undefined;
	readonly helpers: Pick<
		IExecuteSingleFunctions['helpers'],
		| 'assertBinaryData'
		| 'getBinaryMetadata'
		| 'getBinaryStream'
		| 'httpRequest'
		| 'prepareBinaryData'
	>;
}

/** One of the items of a batch. */
export class InputItem implements Item {
	constructor(
		private readonly functions: IExecuteFunctions,
		private readonly index: number,
	) {}

	getItemIndex(): number {
		return this.index;
	}

	getInputData(): INodeExecutionData {
		return this.functions.getInputData()[this.index];
	}

	getNodeParameter(name: string, fallback: unknown): unknown {
		const stored = this.functions.getNodeParameter(name, this.index, fallback, {
			rawExpressions: true,
		});
		return (
			readMapping(stored, this.getInputData().json) ??
			this.functions.getNodeParameter(name, this.index, fallback)
		);
	}

	getTimezone(): string {
		return this.functions.getTimezone();
	}

	getExecutionCancelSignal(): AbortSignal | undefined {
		return this.functions.getExecutionCancelSignal();
	}

	get helpers(): Item['helpers'] {
		const { helpers } = this.functions;
		return { ...helpers, assertBinaryData: (name) => helpers.assertBinaryData(this.index, name) };
	}
}
