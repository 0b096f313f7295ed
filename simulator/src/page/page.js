// Shows the snapshot of the server, which holds the request for the next one open until something has changed.
// Whatever the server says becomes text, never markup.
'use strict';

const CHOICES = [
  ['Online', 'Online'], ['Busy', 'Busy'], ['DoNotDisturb', 'Do not disturb'],
  ['BeRightBack', 'Be right back'], ['Away', 'Away'], ['Offwork', 'Off work'],
];

const find = (selector, root = document) => root.querySelector(selector);

// A new element: make('li', { class: 'x' }, 'text', element).
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

// Changes only what differs, so that a selection or a focus in it stays.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Makes the children of a list those of the items: one element for each key, kept as long as the key is there.
function fill(list, items, keyOf, create, update) {
  const old = new Map([...list.children].map(child => [child.dataset.key, child]));
  let at = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    old.delete(key);
    if (!child) {
      child = create(item);
      child.dataset.key = key;
    }
    if (child === at) at = at.nextElementSibling;
    else list.insertBefore(child, at);
    update(child, item);
  }
  for (const child of old.values()) child.remove();
}

const words = name => {
  const spaced = name.replace(/([A-Z])/g, ' $1').trim().toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

const count = (number, one, many = one + 's') => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const initials = name => (name.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'\u2019]*/gu) ?? ['?']).slice(0, 2).map(word => [...word][0]).join('').toUpperCase();

const clock = time => new Date(time).toLocaleTimeString('en-GB', { timeZone: 'UTC' });

// How long a response may take, in milliseconds: longer than the server holds a request open. A connection that died without a word
// says nothing for ever.
const PATIENCE = 60000;

async function control(method, path, body) {
  const options = { method, signal: AbortSignal.timeout(PATIENCE) };
  if (body !== undefined) Object.assign(options, { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  let response;
  try {
    response = await fetch('/simulator/' + path, options);
  } catch {
    throw new Error('The server does not respond.');
  }
  // What stands between the page and the server may answer with anything.
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) throw new Error(answer?.error ?? `The server responds with ${response.status}, and not with JSON.`);
  return answer;
}

// Users.

function createUser(user) {
  const choices = make('fieldset', { class: 'choices' }, make('legend', { class: 'hidden' }));
  for (const [value, label] of CHOICES) {
    const input = make('input', { type: 'radio', name: 'presence of ' + user.address, value });
    input.addEventListener('change', () => choose(user.address, value));
    choices.append(make('label', { 'data-availability': value }, input, label));
  }
  const who = make('div', { class: 'who' }, make('strong'), make('span', { class: 'presence' }));
  const about = make('div', { class: 'about' }, make('span', { class: 'address' }), make('span', { class: 'note' }));
  return make('li', {}, make('div', { class: 'face', 'aria-hidden': 'true' }), make('div', {}, who, about), choices);
}

function updateUser(item, user) {
  item.dataset.address = user.address;
  item.dataset.availability = user.availability;
  setText(find('.face', item), initials(user.name));
  setText(find('strong', item), user.name);
  setText(find('.presence', item), words(user.availability) + (user.activity ? ` (${user.activity})` : ''));
  const applications = user.applications.length ? ` \u00b7 ${count(user.applications.length, 'application')}` : '';
  setText(find('.address', item), user.address + applications + (user.note ? ' \u00b7 ' : ''));
  setText(find('.note', item), user.note);
  setText(find('legend', item), 'Presence of ' + user.name);
  for (const input of item.querySelectorAll('input')) {
    const checked = input.value === user.chosen;
    if (input.checked !== checked) input.checked = checked;
  }
}

async function choose(user, availability) {
  try {
    await control('POST', 'presence', { user, availability });
  } catch (error) {
    report('lost', error.message);
  }
}

// Applications, conversations, invitations.

function createLine() {
  return make('li', {}, make('div', { class: 'line' }), make('div', { class: 'about' }), make('div', { class: 'said' }));
}

function line(item, title, tags, about, said = '') {
  const parts = [make('strong', {}, title), ...tags.map(([text, on]) => make('span', { class: on ? 'tag on' : 'tag' }, text))];
  const first = find('.line', item);
  const text = parts.map(part => part.className + part.textContent).join('\n');
  if (first.dataset.text !== text) {
    first.replaceChildren(...parts);
    first.dataset.text = text;
  }
  setText(find('.about', item), about);
  setText(find('.said', item), said);
}

function updateApplication(item, application) {
  const { user, userAgent, acknowledged, waitingEvents, subscriptions } = application;
  const about = [
    userAgent, acknowledged ? `acknowledged ${acknowledged}` : 'nothing acknowledged', `${count(waitingEvents, 'event')} waiting`,
    count(subscriptions, 'presence subscription'), application.id,
  ];
  const tags = [
    application.isPolling ? ['channel open', true] : ['channel closed'],
    application.isAvailable ? ['available', true] : ['not available'],
  ];
  line(item, user, tags, about.filter(Boolean).join(' \u00b7 '));
}

function updateTalk(item, talk) {
  if (talk.participants) {
    const tags = [[talk.meeting ? 'meeting ' + talk.meeting : 'conversation'], [count(talk.messages, 'message')]];
    const latest = talk.latest ? `${talk.latest.from}: ${talk.latest.text}` : '';
    line(item, talk.participants.join(', ') || 'nobody', tags, talk.subject, latest);
  } else {
    line(item, `${talk.from} \u2192 ${talk.to}`, [[words(talk.kind)], [talk.state, talk.state === 'Connecting']], '');
  }
}

// Requests.

function createRequest() {
  return make('tr', {}, ...[0, 1, 2, 3].map(() => make('td')), make('td', { class: 'number' }), make('td', { class: 'number' }));
}

function updateRequest(row, request) {
  const { status, failure, duration } = request;
  row.dataset.class = failure ? 'cut' : status === null ? 'open' : String(status)[0];
  row.title = failure ?? '';
  const outcome = failure ? 'cut' : status === null ? 'open' : String(status);
  const took = duration === null ? '' : duration < 10000 ? `${duration} ms` : `${Math.round(duration / 1000)} s`;
  const cells = [clock(request.time), request.method, request.path, request.user ?? '', outcome, took];
  cells.forEach((text, at) => setText(row.children[at], text));
}

// Forms.

function fillOptions(select, options) {
  fill(select, options, ([value]) => value, ([value]) => make('option', { value }), (option, [, text]) => setText(option, text));
}

// Does what a form is for, once at a time, and says in its output what came of it.
function onSubmit(form, act) {
  const output = find('output', form);
  let isBusy = false;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    try {
      setText(output, await act());
      output.className = '';
    } catch (error) {
      setText(output, error.message);
      output.className = 'wrong';
    } finally {
      isBusy = false;
    }
  });
}

const message = find('#message');
onSubmit(message, async () => {
  const { from, to, text } = message.elements;
  const written = text.value;
  await control('POST', 'message', { from: from.value, to: to.value, text: written });
  // What was written meanwhile is another message.
  if (text.value === written) text.value = '';
  return 'Sent.';
});

const fault = find('#fault');
const effects = new Map();

// An effect is a name, or an object with one name and its parameters.
const nameOf = effect => (typeof effect === 'string' ? effect : Object.keys(effect)[0]);

function showParameters() {
  const name = fault.elements.effect.value;
  const parameters = Object.entries(effects.get(name)?.[name] ?? {});
  find('#parameters').replaceChildren(...parameters.map(([key, value]) => {
    const input = make('input', { name: 'parameter ' + key, autocomplete: 'off', value: value ?? '' });
    input.type = typeof value === 'number' ? 'number' : 'text';
    return make('label', {}, words(key) + ' ', input);
  }));
}

function chosenEffect() {
  const name = fault.elements.effect.value;
  const sample = effects.get(name);
  if (typeof sample === 'string') return name;
  const value = (key, like) => {
    const text = fault.elements['parameter ' + key].value;
    return typeof like === 'number' ? Number(text) : text;
  };
  return { [name]: Object.fromEntries(Object.entries(sample[name]).map(([key, like]) => [key, value(key, like)])) };
}

fault.elements.effect.addEventListener('change', showParameters);
onSubmit(fault, async () => {
  const { resource, method, user, times } = fault.elements;
  const wanted = { effect: chosenEffect(), times: Number(times.value) };
  if (resource.value.trim()) wanted.resource = resource.value.trim();
  if (method.value) wanted.method = method.value;
  if (user.value) wanted.user = user.value;
  await control('POST', 'faults', wanted);
  return 'Injected.';
});
find('#clear').addEventListener('click', () => control('DELETE', 'faults').catch(error => report('lost', error.message)));

async function loadEffects() {
  for (const effect of await control('GET', 'effects')) effects.set(nameOf(effect), effect);
  fillOptions(fault.elements.effect, [...effects.keys()].map(name => [name, words(name)]));
  showParameters();
}

function updateFault(item, { effect, method, resource, user, skip, times }) {
  const name = nameOf(effect);
  const parameters = typeof effect === 'string' ? [] : Object.values(effect[name]).filter(value => value !== null && value !== '');
  const where = [method, resource, user && 'of ' + user].filter(Boolean).join(' ') || 'any request';
  const often = `${count(times, 'time')}${skip ? ` after ${skip}` : ''}`;
  setText(item, `${[words(name), ...parameters].join(' ')} \u00b7 ${where} \u00b7 ${often}`);
}

// The whole page.

function report(state, text) {
  const element = find('#state');
  element.dataset.state = state;
  setText(find('span', element), text);
}

function show(snapshot) {
  const { users, applications, conversations, invitations, faults, requests, totals } = snapshot;
  setText(find('#domain'), snapshot.domain);
  fill(find('#totals'), Object.entries(totals), ([name]) => name,
    ([name]) => make('div', {}, make('dt', {}, words(name)), make('dd')),
    (item, [, total]) => setText(item.lastChild, total.toLocaleString('en')));
  fill(find('.people'), users, user => user.address, createUser, updateUser);
  fill(find('#applications .rows'), applications, application => application.id, createLine, updateApplication);
  const talks = [...invitations.filter(invitation => invitation.state === 'Connecting'), ...conversations];
  fill(find('#conversations .rows'), talks, talk => (talk.participants ? 'c ' : 'i ') + talk.id, createLine, updateTalk);
  fill(find('#faults .rows'), faults.map((item, at) => [at, item]), ([at]) => at, () => make('li'), (item, [, one]) => updateFault(item, one));
  find('#clear').hidden = !faults.length;
  fill(find('#requests tbody'), requests, request => request.number, createRequest, updateRequest);
  const names = users.map(user => [user.address, `${user.name} (${user.address})`]);
  const isFirst = !message.elements.to.length;
  fillOptions(message.elements.from, names);
  fillOptions(message.elements.to, names);
  if (isFirst && names.length > 1) message.elements.to.selectedIndex = 1;
  fillOptions(fault.elements.user, [['', 'any'], ...names]);
  report('live', 'Live');
  setText(find('#state time'), `${clock(snapshot.time)} UTC`);
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function follow() {
  let version = '';
  for (;;) {
    try {
      if (!effects.size) await loadEffects();
      const snapshot = await control('GET', 'watch?version=' + encodeURIComponent(version));
      version = snapshot.version;
      show(snapshot);
    } catch (error) {
      report('lost', error.message);
      await pause(1000);
    }
  }
}

follow();
