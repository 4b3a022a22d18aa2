#pragma once

#include <QtWidgets/QFrame>

class QAction;
class QHBoxLayout;

namespace ui {

class Label;

//! A message inside the window: a glyph, a sentence and buttons for what can be done. Hidden at
//! first.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Tone { Neutral, Good, Bad };

    explicit MessageBar(QWidget *parent = nullptr);

    void addAction(QAction *action, const QString &shortText = {});
    //! `details` are more lines, which a tool tip shows.
    void showMessage(Tone tone, const QString &text, const QString &details = {});
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Neutral;
    Label *m_glyph;
    Label *m_text;
    QHBoxLayout *m_row;
};

} // namespace ui
