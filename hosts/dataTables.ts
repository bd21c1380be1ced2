import type { IConnection, INode } from 'n8n-workflow';

import type { Rest, WorkflowFile } from './rest';

const DATA_TABLE_NODE = 'n8n-nodes-base.dataTable';

export interface Column {
	name: string;
	type: 'boolean' | 'date' | 'number' | 'string';
}

export type CellValue = string | number | boolean | null;

/** Values by column; stored rows also have `id`, `createdAt` and `updatedAt`. */
export type Row = Record<string, CellValue>;

export interface TableDefinition {
	name: string;
	columns: Column[];
}

/** The data tables of n8n's owner. */
export class DataTables {
	private folder: string | undefined;

	constructor(private readonly currentRest: () => Rest) {}

	private get rest(): Rest {
		return this.currentRest();
	}

	/** Creates an empty table. Returns its ID. */
	async create({ name, columns }: TableDefinition): Promise<string> {
		const table = { name, columns };
		const { id } = await this.rest.request<{ id: string }>('POST', await this.path(), table);
		return id;
	}

	/** IDs of all tables, by name. */
	async ids(): Promise<Record<string, string>> {
		interface List {
			data: Array<{ id: string; name: string }>;
		}
		const { data } = await this.rest.request<List>('GET', await this.path());
		return Object.fromEntries(data.map(({ id, name }) => [name, id]));
	}

	/** Adds rows to a table. A date is an ISO 8601 text in UTC. */
	async insert(name: string, rows: Row[]): Promise<void> {
		const body = { data: rows, returnType: 'count' };
		await this.rest.request('POST', `${await this.path(name)}/insert`, body);
	}

	/** Changes columns of all rows that have this value in this column. */
	async update(
		name: string,
		where: { column: string; value: CellValue },
		data: Row,
	): Promise<void> {
		const { column: columnName, value } = where;
		const filter = { type: 'and', filters: [{ columnName, condition: 'eq', value }] };
		await this.rest.request('PATCH', `${await this.path(name)}/rows`, { filter, data });
	}

	/** The first 100 rows of a table, oldest first. */
	async rows(name: string): Promise<Row[]> {
		const path = `${await this.path(name)}/rows?take=100&sortBy=id:asc`;
		const { data } = await this.rest.request<{ data: Row[] }>('GET', path);
		return data;
	}

	/** Prepares what a workflow of `examples` needs: creates its tables that are missing. */
	async createFor(workflow: WorkflowFile): Promise<void> {
		const existing = await this.ids();
		for (const table of tablesOf(workflow))
			if (existing[table.name] === undefined) await this.create(table);
	}

	async deleteAll(): Promise<void> {
		for (const name of Object.keys(await this.ids()))
			await this.rest.request('DELETE', await this.path(name));
	}

	/** @throws {Error} if there is no table of this name */
	private async path(name?: string): Promise<string> {
		if (this.folder === undefined) {
			const { id } = await this.rest.request<{ id: string }>('GET', '/projects/personal');
			this.folder = `/projects/${id}/data-tables`;
		}
		if (name === undefined) return this.folder;
		const id = (await this.ids())[name];
		if (id === undefined) throw new Error(`There is no data table "${name}"`);
		return `${this.folder}/${id}`;
	}
}

/** The tables that the nodes of a workflow create. */
function tablesOf({ nodes }: WorkflowFile): TableDefinition[] {
	return nodes.filter(isTableNode).map(({ parameters }) => ({
		name: String(parameters.tableName),
		columns: (parameters.columns as unknown as { column: Column[] }).column,
	}));
}

/**
 * Makes a workflow usable on n8n 1, as its user does there: selects each table from the list instead of by name, and
 * removes the nodes that create tables.
 * @param ids IDs of the tables, by name
 */
export function withSelectedTables(
	workflow: WorkflowFile,
	ids: Record<string, string>,
): WorkflowFile {
	const removed = new Set(workflow.nodes.filter(isTableNode).map(({ name }) => name));
	const targetsLeft = (targets: IConnection[] | null) =>
		(targets ?? []).filter(({ node }) => !removed.has(node));
	return {
		...workflow,
		nodes: workflow.nodes.filter(({ name }) => !removed.has(name)).map((node) => select(node, ids)),
		connections: mapValues(workflow.connections, (byType, name) =>
			removed.has(name) ? {} : mapValues(byType, (outputs) => outputs.map(targetsLeft)),
		),
	};
}

const mapValues = <T, U>(object: Record<string, T>, map: (value: T, key: string) => U) =>
	Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));

const isTableNode = ({ type, parameters }: INode) =>
	type === DATA_TABLE_NODE && parameters.resource === 'table' && parameters.operation === 'create';

function select(node: INode, ids: Record<string, string>): INode {
	if (node.type !== DATA_TABLE_NODE) return node;
	const { value: name } = node.parameters.dataTableId as { value: string };
	if (ids[name] === undefined) throw new Error(`There is no data table "${name}"`);
	const dataTableId = { __rl: true, mode: 'list', value: ids[name], cachedResultName: name };
	return { ...node, parameters: { ...node.parameters, dataTableId } };
}
