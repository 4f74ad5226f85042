// @ts-check
// What every view is: an element that watches models until it is destroyed.

/** @import { Observable } from "../../model/observable.js" */

export class View {
  /** @type {(() => void)[]} */
  #undo = [];

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
  }

  /**
   * Render now and after each change of any of the models.
   * @param {Observable[]} models
   * @param {() => void} render
   */
  watch(models, render) {
    for (const model of models) this.#undo.push(model.subscribe(render));
    render();
  }

  /**
   * Let a part live as long as this view.
   * @template {{ destroy(): void }} T
   * @param {T} part
   * @returns {T}
   */
  own(part) {
    this.#undo.push(() => part.destroy());
    return part;
  }

  /** @param {() => void} undo */
  whenDestroyed(undo) {
    this.#undo.push(undo);
  }

  destroy() {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.element.remove();
  }
}
