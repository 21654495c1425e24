package org.telltale.app.engine

import java.util.concurrent.Executor

/** Runs work that may wait on [worker], and hands its outcome to [main]. */
class Background(private val worker: Executor, private val main: Executor) {
    /** What [work] comes to is told to [answer], unless what is returned was closed before. */
    fun <T> ask(work: () -> T, answer: (Result<T>) -> Unit): AutoCloseable {
        val question = Question(answer)
        worker.execute {
            if (question.isOpen) {
                val outcome = runCatching(work)
                main.execute { question.answer(outcome) }
            }
        }
        return question
    }

    private class Question<T>(private val listener: (Result<T>) -> Unit) : AutoCloseable {
        @Volatile
        var isOpen = true
            private set

        fun answer(outcome: Result<T>) {
            if (isOpen) listener(outcome)
        }

        override fun close() {
            isOpen = false
        }
    }
}
