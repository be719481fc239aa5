// The regions of the page, before anything is known: landmarks, headings and controls with their names. The script fills them.

export const skeleton = `<a class="skip" href="#cluster">Skip to the cluster</a>
<header>
<div class="title"><h1 id="title">wavetank</h1><p id="subtitle" class="muted"></p></div>
<p id="clock" class="clock"><span class="muted">at</span> <strong id="now">0:00</strong></p>
<ul id="totals" class="totals" aria-label="At this moment"></ul>
<form id="find-form" role="search"><label class="hidden" for="find">Find a node, pod, workload or Service</label>
<input id="find" type="search" placeholder="Find by name" autocomplete="off" aria-controls="found"><ul id="found" class="found" aria-label="Found" hidden></ul></form>
<button id="theme" type="button" class="quiet" aria-label="Switch between dark and light"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14V1z M8 1a7 7 0 0 1 0 14v-1.4A5.6 5.6 0 0 0 8 2.4z"/></svg></button>
</header>
<main>
<section id="cluster" aria-labelledby="cluster-title" tabindex="-1">
<div class="bar"><h2 id="cluster-title">Nodes and pods</h2>
<fieldset class="coloring"><legend class="hidden">Colour of pods</legend><span class="muted" aria-hidden="true">by</span>
<label><input type="radio" name="coloring" value="workload" checked><span>workload</span></label><label><input type="radio" name="coloring" value="phase"><span>phase</span></label><label><input type="radio" name="coloring" value="revision"><span>revision</span></label></fieldset>
<button id="pending" type="button" class="quiet" hidden></button></div>
<div id="tiles" class="tiles" tabindex="0" role="group" aria-label="Picture of the nodes; arrow keys move from node to node"><canvas id="pods" role="img" aria-label="Nodes and their pods"></canvas><canvas id="labels" aria-hidden="true"></canvas></div>
<ul id="legend" class="legend" aria-label="Legend"></ul>
<details id="table"><summary>The nodes as a table</summary><div class="wide" tabindex="0" role="region" aria-label="Table of nodes"><table><caption class="hidden">Nodes at this moment</caption><thead><tr><th scope="col">node</th><th scope="col">zone</th><th scope="col">pool</th><th scope="col">state</th><th scope="col" class="number">pods</th><th scope="col" class="number">ready</th></tr></thead><tbody id="rows"></tbody></table></div><p id="rows-note" class="muted"></p></details>
</section>
<section id="services" aria-labelledby="services-title"><h2 id="services-title">Requests between Services</h2><div id="flow" class="flow"></div><p id="flow-note" class="muted"></p></section>
</main>
<aside aria-label="Measurements, details and events">
<section aria-labelledby="charts-title"><h2 id="charts-title">Requests from outside</h2><div id="charts"></div></section>
<section id="details" aria-labelledby="details-title"><h2 id="details-title" tabindex="-1">Details</h2><div id="detail"><p class="muted">Choose a node, a pod or a Service.</p></div></section>
<section aria-labelledby="events-title"><div class="bar"><h2 id="events-title">Events</h2><label class="check"><input id="warnings" type="checkbox"><span>warnings only</span></label></div><ol id="events" class="events" tabindex="0" aria-labelledby="events-title"></ol></section>
<section id="remarks-section" aria-labelledby="remarks-title" hidden><h2 id="remarks-title">To be known</h2><ul id="remarks"></ul></section>
</aside>
<footer aria-label="Time">
<div class="controls" role="group" aria-label="Play">
<button id="to-start" type="button" aria-label="To the start"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 2h2v12H3z M13 2v12L5.5 8z"/></svg></button><button id="step-back" type="button" aria-label="A step back"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M11 3v10L4 8z"/></svg></button><button id="play" type="button" aria-label="Play"><svg class="icon to-play" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2v12l10-6z"/></svg><svg class="icon to-pause" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2h3v12H4z M9 2h3v12H9z"/></svg></button><button id="step" type="button" aria-label="A step on"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M5 3v10l7-5z"/></svg></button><button id="to-end" type="button" aria-label="To the end"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M11 2h2v12h-2z M3 2v12l7.500-6z"/></svg></button>
<label class="hidden" for="speed">Speed</label><select id="speed"></select><button id="live" type="button" hidden>live</button></div>
<div class="track"><div id="marks" class="marks"></div><input id="time" type="range" min="0" max="1" step="any" value="0" aria-label="Moment of the run"></div>
</footer>
<p id="said" class="hidden" role="status" aria-live="polite"></p>
<p id="failure" class="failure" role="alert" hidden></p>`;
