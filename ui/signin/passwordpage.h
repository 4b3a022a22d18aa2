#pragma once

#include <QtWidgets/QWidget>

class QLineEdit;

namespace ui {

class Label;

//! Of the login dialog: a name and a password.
class PasswordPage : public QWidget
{
    Q_OBJECT

public:
    explicit PasswordPage(QWidget *parent = nullptr);

    [[nodiscard]] QString userName() const;
    [[nodiscard]] QString password() const;
    [[nodiscard]] bool isComplete() const; //!< enough to ask a server

    void fillIn(const QString &userName, const QString &password); //!< and says why
    void clear();
    void setUserName(const QString &userName);
    void setRemark(const QString &remark); //!< empty: nothing to say
    void focusWhatIsMissing();
    void selectPassword();

Q_SIGNALS:
    void changed();

private:
    QLineEdit *m_userName;
    QLineEdit *m_password;
    Label *m_hint;
    Label *m_remark;
};

} // namespace ui
