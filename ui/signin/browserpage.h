#pragma once

#include <QtCore/QUrl>
#include <QtWidgets/QWidget>

class QPushButton;

namespace ui {

class Label;

//! A page of the login dialog: the person signs in with the browser, and the page waits.
class BrowserPage : public QWidget
{
    Q_OBJECT

public:
    explicit BrowserPage(QWidget *parent = nullptr);

    enum class Browser { Opened, Missing };

    void showIdle(); //!< says what will happen
    //! The page does not show `link`, but can copy it.
    void showWaiting(const QUrl &link, Browser browser);

private:
    void copyLink();

    QUrl m_link;
    Label *m_text;
    QPushButton *m_copy;
};

} // namespace ui
