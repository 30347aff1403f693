import wandb
from tinygpt.model import GPT, GPTConfig

if __name__ == "__main__":
    wandb.init()
    GPT(GPTConfig())
