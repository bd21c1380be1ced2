import type { IDataObject } from 'n8n-workflow';

import { splitList } from '../../shared/fieldValue';
import { asObject } from '../../shared/object';
import { toChatId } from '../input/id';
import { InputError } from '../input/inputError';
import type { Item } from '../input/item';
import { toPhone, toPhoneOrEmail } from '../input/phone';
import { optionalText, toText } from '../input/text';
import { readCountryCode } from '../input/commonOptions';
import { readFormFields } from './form';
import { FREE_TEXT_FIELD, type QuestionPage } from './page';
import type { AfterAnswer } from './question';
import { DEFAULT_APPROVE_WORDS, DEFAULT_DISAPPROVE_WORDS } from './reply';
import { toAddress } from './respondents';
import { readTimeLimit } from './timeLimit';
import { withToolInput } from './toolInput';

export const DEFAULT_UNCLEAR_REPLY = 'Sorry, I did not get that. Please answer YES or NO.';
export const DEFAULT_AFTER_ANSWER_TEXT = 'Thank you, got it.';
export const DEFAULT_PAGE_TITLE = 'Your answer is needed';
export const DEFAULT_BUTTON_LABEL = 'Send';

export type ResponseType = 'approval' | 'freeText' | 'customForm';

/** The parameters of Send and Wait for Response, checked. */
export interface Settings {
	recipient: { phone: string; chatId?: undefined } | { chatId: string; phone?: undefined };
	message: string;
	answerBy: 'link' | 'reply';
	responseType: ResponseType;
	page: QuestionPage;
	approvers: string[];
	approveWords: string[];
	disapproveWords: string[];
	unclearReply: string;
	afterAnswer: AfterAnswer;
	/** Milliseconds since 1970 */
	expiresAt: number;
	options: IDataObject;
}

/**
 * Reads the parameters of the first item: there is one question, however many items come in.
 *
 * @param now milliseconds since 1970
 * @throws InputError
 */
export function readQuestionSettings(item: Item, now: number): Settings {
	const options = item.getNodeParameter('options', {}) as IDataObject;
	const answerBy = item.getNodeParameter('answerBy', 'link') === 'reply' ? 'reply' : 'link';
	const responseType = readResponseType(item, answerBy);
	const typed = toText(item.getNodeParameter('message', ''), 'Message');
	const message = withToolInput(typed, item.getInputData().json).trim();
	const recipient = readRecipient(item, options);
	const approveWords = readWords(options.approveWords, DEFAULT_APPROVE_WORDS);
	const disapproveWords = readWords(options.disapproveWords, DEFAULT_DISAPPROVE_WORDS);
	return {
		recipient,
		message,
		answerBy,
		responseType,
		page: readQuestionPage(item, responseType, message, options),
		approvers: answerBy === 'reply' ? readApprovers(options, recipient) : [],
		approveWords,
		disapproveWords,
		unclearReply: textOrDefault(
			options.unclearReply,
			'Unclear Reply',
			defaultUnclearReply(approveWords, disapproveWords),
		),
		afterAnswer: readAfterAnswer(options),
		expiresAt: readTimeLimit(options.limitWaitTime, item.getTimezone(), now),
		options,
	};
}

function readRecipient(item: Item, options: IDataObject): Settings['recipient'] {
	return item.getNodeParameter('recipient', 'phone') === 'chatId'
		? { chatId: toChatId(item.getNodeParameter('chatId', '')) }
		: { phone: toPhone(item.getNodeParameter('phone', ''), 'Phone', readCountryCode(options)) };
}

/**
 * Whose answers count; none for everybody's.
 *
 * @throws InputError when nobody could answer, and when the expression gives nothing: then everybody could
 */
function readApprovers(options: IDataObject, { phone }: Settings['recipient']): string[] {
	const countryCode = readCountryCode(options);
	const approvers = splitList(options.approvers).map((approver) =>
		toAddress(toPhoneOrEmail(approver, 'Approvers', countryCode)),
	);
	if (approvers.length === 0 && 'approvers' in options && options.approvers !== '') {
		throw new InputError(
			'Approvers is empty: check what its expression returns for this item, or remove the option',
		);
	}
	if (phone !== undefined && approvers.length > 0 && !approvers.includes(phone)) {
		throw new InputError(
			`Approvers does not include ${phone}, the only person who is asked: add this number, or remove the option`,
		);
	}
	return approvers;
}

function readResponseType(item: Item, answerBy: 'link' | 'reply'): ResponseType {
	const value = item.getNodeParameter('responseType', 'approval');
	const responseType = value === 'freeText' || value === 'customForm' ? value : 'approval';
	if (responseType === 'customForm' && answerBy === 'reply') {
		throw new InputError(
			'A custom form cannot be answered in iMessage: set Answer By to Link, or Response Type to Free Text',
		);
	}
	return responseType;
}

function readQuestionPage(
	item: Item,
	responseType: ResponseType,
	message: string,
	options: IDataObject,
): QuestionPage {
	const title = optionalText(options.pageTitle, 'Page Title') ?? DEFAULT_PAGE_TITLE;
	if (responseType === 'approval') {
		const values = asObject(asObject(item.getNodeParameter('approvalOptions', {}))?.values) ?? {};
		const approveLabel = optionalText(values.approveLabel, 'Approve Button Label') ?? 'Approve';
		const disapproveLabel =
			values.approvalType === 'double'
				? (optionalText(values.disapproveLabel, 'Disapprove Button Label') ?? 'Decline')
				: undefined;
		return { title, message, input: { kind: 'approval', approveLabel, disapproveLabel } };
	}
	const isForm = responseType === 'customForm';
	return {
		title,
		message,
		input: {
			kind: 'form',
			fields: isForm ? readFormFields(item.getNodeParameter('formFields', {})) : [FREE_TEXT_FIELD],
			buttonLabel: optionalText(options.buttonLabel, 'Button Label') ?? DEFAULT_BUTTON_LABEL,
			// n8n takes the answer to a custom form in no other way.
			multipart: isForm,
		},
	};
}

function readWords(option: unknown, fallback: string): string[] {
	const words = splitList(option);
	return words.length > 0 ? words : splitList(fallback);
}

function readAfterAnswer({ afterAnswer, afterAnswerText }: IDataObject): AfterAnswer {
	if (afterAnswer === 'reaction') return { kind: 'reaction' };
	const text = textOrDefault(afterAnswerText, 'After Answer Text', DEFAULT_AFTER_ANSWER_TEXT);
	return afterAnswer === 'text' && text !== '' ? { kind: 'text', text } : { kind: 'none' };
}

/** Asks for words that count: YES and NO need not be among the workflow's own. */
function defaultUnclearReply(approveWords: string[], disapproveWords: string[]): string {
	const has = (words: string[], wanted: string) =>
		words.some((word) => word.toLowerCase() === wanted);
	return has(approveWords, 'yes') && has(disapproveWords, 'no')
		? DEFAULT_UNCLEAR_REPLY
		: `Sorry, I did not get that. Please answer "${approveWords[0]}" or "${disapproveWords[0]}".`;
}

/** The default where the option is not added; '' where it is emptied. */
function textOrDefault(option: unknown, label: string, fallback: string): string {
	return option === undefined ? fallback : (optionalText(option, label) ?? '');
}
